"""Every format of every sample, and an error, as people and machines get them."""

from __future__ import annotations

import pytest

from tests.golden import Golden
from tests.verdicts import EXAMINATION, EXAMINED, EXPLAINED, SAMPLES, SUBJECT
from vrss_contract.errors import Trouble
from vrss_contract.report import FORMATS

ENDINGS = {
    "terminal": "txt",
    "json": "json",
    "junit": "xml",
    "markdown": "md",
    "html": "html",
    "sarif": "sarif",
    "github": "github.txt",
}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("form", FORMATS)
def test_a_report_reads_as_its_golden_file(form: str, sample: str, golden: Golden) -> None:
    text = FORMATS[form](SUBJECT, SAMPLES[sample])

    golden(f"report/{sample}.{ENDINGS[form]}", text)


@pytest.mark.parametrize("form", FORMATS)
def test_causes_read_as_their_golden_file(form: str, golden: Golden) -> None:
    text = FORMATS[form](EXPLAINED, SAMPLES["broken"])

    golden(f"report/explained.{ENDINGS[form]}", text)


@pytest.mark.parametrize("form", FORMATS)
def test_a_doctors_report_reads_as_its_golden_file(form: str, golden: Golden) -> None:
    text = FORMATS[form](EXAMINED, EXAMINATION)

    golden(f"report/examined.{ENDINGS[form]}", text)


def test_an_error_reads_as_its_golden_file(golden: Golden) -> None:
    trouble = Trouble(
        "trouble",
        "It is one.",
        says="the target cannot be read",
        tried="to read schema.sql as UTF-8",
        found="a byte that is not\nat line 3",
        do="save the file as UTF-8",
    )

    golden("errors/trouble.txt", f"{trouble()}\n")


def test_every_report_ends_with_one_newline() -> None:
    texts = [render(SUBJECT, sample) for render in FORMATS.values() for sample in SAMPLES.values()]

    assert [text for text in texts if not text.endswith("\n") or text.endswith("\n\n")] == []
