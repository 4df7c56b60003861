from bellhop.domain.addresses import masked


def test_a_log_shows_no_guests_address():
    said = 'Rejected: <elena.ruiz@correo.test>, "a@b.test"; role arn:aws:iam::1:role/x'
    assert masked(said) == 'Rejected: <***@correo.test>, "***@b.test"; role arn:aws:iam::1:role/x'
