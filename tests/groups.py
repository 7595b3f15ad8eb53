"""Groups of tests that need more than Python: loud when they could not run, failed when none may be left out.

A fixture whose machine lacks something calls `cannot_run`. The summary then names the group, the reason and
the number of tests. With COUNTERSIGN_TEST_STRICT=1, as in CI, every skipped test is a failed test.
"""

import os
from collections import Counter
from typing import NoReturn

import pytest


def cannot_run(group: str, reason: str) -> NoReturn:
    pytest.skip(f"{group}: {reason}")


def _none_may_be_left_out() -> bool:
    return os.environ.get("COUNTERSIGN_TEST_STRICT") == "1"


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and _none_may_be_left_out():
        report.outcome = "failed"
        report.longrepr = f"No test may be left out here. {_reason(report)}"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    _, _, message = report.longrepr
    return message.removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    report = yield
    _fail_if_skipped(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if not left_out:
        return
    terminalreporter.section("LEFT OUT", sep="!", red=True, bold=True)
    for reason, number in sorted(left_out.items()):
        terminalreporter.write_line(f"DID NOT RUN ({number}): {reason}", red=True, bold=True)
