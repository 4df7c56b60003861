import re

from bellhop.domain.keys import TENANT
from bellhop.domain.tenants import ses_tenant


def test_a_name_fits_into_what_ses_allows():
    longest = ses_tenant("a" * 15, "h" * 40)
    assert TENANT.fullmatch("h" * 40)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", longest)


def test_no_two_hotels_or_stages_share_a_name():
    assert ses_tenant("a-b", "c") != ses_tenant("a", "b-c")
