"""The archive of SES's events in S3, as infra/archive.py lets Firehose write it.

An object holds a line an event, compressed; each line is SNS's envelope. An event may be there more
than once, and in any order.
"""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PREFIX = "events/"
"""Objects of a day begin with it and the UTC day on which their first event arrived."""


class Archive:
    """The archive of one deployment.

    Args:
        s3: a client of the operator's.
        bucket: the bucket's name.
    """

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def objects(self, first: date, last: date) -> Iterator[str]:
        """The objects of the days ``first`` to ``last``, both included, oldest first."""
        pages = self._s3.get_paginator("list_objects_v2")
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            for page in pages.paginate(Bucket=self._bucket, Prefix=f"{PREFIX}{day:%Y/%m/%d}/"):
                yield from (found["Key"] for found in page.get("Contents", []))

    def lines(self, key: str) -> Iterator[str]:
        """The lines of one object.

        Raises:
            OSError, EOFError: it is not whole, or not compressed.
        """
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]
        with gzip.open(body, "rt", encoding="utf-8", errors="replace", newline="\n") as text:
            yield from (line for line in text if line.strip())
