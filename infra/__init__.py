"""The CDK application: what `cdk deploy` puts into an AWS account.

`lambdas/` is put on the import path here, and nowhere else, because the stack and the functions
share one list of bounce reasons: a reason that the code learns gets its row on the dashboard.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAMBDAS = ROOT / "lambdas"

if str(LAMBDAS) not in sys.path:
    # At the end: `lambdas/` has short names at its top (api, send, ingest) that must not hide
    # others.
    sys.path.append(str(LAMBDAS))
