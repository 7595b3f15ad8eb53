"""Masters made to measure: as many steps as wanted in any order, each with as many readings as wanted."""

from collections.abc import Sequence
from itertools import cycle, islice
from string import ascii_uppercase

from app.procedure.loader import load_master
from records.procedure.definition import Procedure

WIDE = "MBR-9100"
WIDE_FILE = "mbr-9100.yaml"
_HEAD = """\
format: countersign-procedure/1
operations_type: production
code: MBR-9100
version: "1"
title: Readings in any order
change_control: CC-2026-002
site: Alder Ridge
time_zone: Europe/Dublin
numbering: {prefix: WB-, digits: 5}
product: {code: WIDE-1, name: Wide premix, strength: one component of 10.000 kg, dosage_form: premix}
batch_size: {quantity: 10.000, unit: kg, minimum: 1.000, maximum: 10.000}
markets: [US]

master_record:
  actives: [{material: salt, amount: 10.000 kg per batch}]
  excess: {statement: No component is added in excess.}
  theoretical_weights: [{phase: "1A", weight: 10.000, unit: kg, note: All of it}]
  theoretical_yield: {quantity: 10.000, unit: kg, minimum_percent: 95.0, maximum_percent: 101.0}
  containers_closures: [{code: CAN-10, name: Canister, description: Canister of 10 L with a screw cap}]
  label_specimens: [{code: LBL-9100, version: "1", name: Canister label, text: "Wide premix, not for use"}]
  sampling: One sample of 100 g at the end.
  special_notations: [The premix is made to measure the record, not to be used.]
  precautions: [Wear goggles.]

specifications:
  - code: SPEC-9100
    version: "1"
    title: Wide premix
    tests: [{code: appearance, test: Appearance, method: TM-9100, acceptance: white powder}]

formula:
  - id: salt
    material: MAT-9101
    name: Salt
    role: active
    quantity: 10.000
    unit: kg
    decimals: 3
    tolerance_percent: 1.0
rooms: [{code: T100, title: Test kitchen}]
test_cases:
  - {number: C-01, formula: salt_required * 0.99, given: {salt_required: 10.000}, expected: 9.9}
  - {number: C-02, formula: salt_required * 1.01, given: {salt_required: 10.000}, expected: 10.1}

unit_procedures:
  - id: "1"
    title: Readings
    operations:
"""
_OPERATION = """\
      - id: "1{letter}"
        title: Read
        room: T100
        phases:
          - id: 1{letter}.1
            title: In any order
            order: any
            steps:
"""
_STEP = """\
              - step: "1.{number}"
                type: numeric
                title: Reading {number}
                text: Read the instrument and enter what it shows.
                sign: {sign}
                fields:
                  - name: reading
                    label: Reading
                    unit: "°C"
                    decimals: 1
                    limits: {{minimum: 15.0, maximum: 30.0}}
"""
_TAIL = """\
          - id: 1{letter}.2
            title: Charge and look
            steps:
              - step: "2.1"
                type: charge_in
                title: Salt
                text: Charge the salt.
                settings: {{components: [salt], source: lot}}
              - step: "2.2"
                type: ipc_result
                title: Appearance
                text: Look at the sample.
                sign: IPC
                settings: {{specification: SPEC-9100, tests: [appearance]}}
"""


def wide_master(
    steps: int, *, samples: Sequence[int] = (1,), sign: str = "P", operations: int = 1
) -> tuple[Procedure, str]:
    """Return a master with so many steps, of so many readings each in turns, and the text of its file.

    The steps are divided among so many operations; within one they may be done in any order.
    """
    readings = islice(cycle(samples), steps)
    written = [_step(number, count, sign) for number, count in enumerate(readings, start=1)]
    each = -(-steps // operations)
    letters = ascii_uppercase[: -(-steps // each)]
    body = "".join(
        _OPERATION.format(letter=letter) + "".join(written[each * place : each * (place + 1)])
        for place, letter in enumerate(letters)
    )
    text = _HEAD + body + _TAIL.format(letter=letters[-1])
    return load_master(text, WIDE_FILE), text


def _step(number: int, readings: int, sign: str) -> str:
    more = f"                    samples: {readings}\n" if readings > 1 else ""
    return _STEP.format(number=number, sign=sign) + more
