"""`flask incidents propose --file`: anyone's labelled reports, grouped without their labels, then compared."""

import json
from pathlib import Path

import pytest
from flask import Flask

from shared.incidents import proof

HEAD = "id\tmatter\thours\tbuilding\tspot\tcategory\tkind\ttext\n"
LINES = (
    "1\ta\t0\t3号楼\t2单元电梯\tfacilities\tcomplaint\t3号楼2单元电梯又坏了，困人半小时\n"
    "2\ta\t1\t3号楼\t2单元\tfacilities\trepair\t二单元电梯停了，老人下不了楼\n"
    "3\tb\t1\t5号楼\t2单元电梯\tfacilities\tcomplaint\t5号楼2单元电梯坏了\n"
)
SHIPPED = Path(__file__).parents[1] / "data" / "matters.tsv"


def test_reports_are_grouped_and_the_pairs_compared() -> None:
    found = proof.prove(proof.read((HEAD + LINES).splitlines()))
    assert (found.reports, found.groups) == (3, [[1, 2]])
    assert (found.proposed, found.true, found.right, found.precision, found.recall) == (1, 1, 1, 1.0, 1.0)


def test_a_wrong_label_costs_precision_and_recall() -> None:
    wrong = (HEAD + LINES).replace("2\ta\t", "2\tb\t")
    found = proof.prove(proof.read(wrong.splitlines()))
    assert (found.precision, found.recall) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id\tmatter\n1\ta\n", "line 1: no column hours"),
        (HEAD + LINES.replace("\t1\t3号楼", "\tsoon\t3号楼"), "line 3: id and hours must be numbers"),
        (HEAD + LINES + LINES[: LINES.index("\n") + 1], "line 5: id 1 stands twice"),
        (HEAD + LINES.replace("3\tb", "3\t"), "line 4: no matter"),
        ("", "line 1: no column id"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(proof.Unreadable, match=said):
        proof.read(text.splitlines())


def test_the_command_prints_the_figures_and_writes_nothing(app: Flask) -> None:
    run = app.test_cli_runner().invoke(args=["incidents", "propose", "--file", str(SHIPPED), "--json"])
    told = json.loads(run.output)
    assert (told["reports"], told["precision"] >= 0.97, told["recall"] >= 0.97) == (66, True, True)
    listed = app.test_cli_runner().invoke(args=["incidents", "list", "--json"])
    assert json.loads(listed.output) == []


def test_a_file_that_is_no_table_ends_the_command_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "reports.tsv"
    file.write_bytes(b"\xff\xfe\x00")
    run = app.test_cli_runner().invoke(args=["incidents", "propose", "--file", str(file)])
    assert run.exit_code == 1
    assert "reports.tsv" in run.output
    assert "Traceback" not in run.output
