"""Vectors of `countersign calc` for calibration: the demo's transmitter, exact wherever they can be."""

_TOLERANCE = '"tolerance": {"lower": -0.080, "upper": 0.080}'
_U = '"expanded": 0.010, "coverage": 2'

VECTORS = {
    "calibration.corrected_reading": [
        (
            (
                '{"reading": 4.02, "found": [{"applied": 3.0, "error": 0.020625},'
                ' {"applied": 4.5, "error": 0.02925}]}'
            ),
            {"error": "0.0264900", "value": "3.9935100", "outside": False},
        ),
        (
            '{"reading": 7, "found": [{"applied": 6, "error": 0.01}]}',
            {"error": "0.01", "value": "6.99", "outside": True},
        ),
    ],
    "calibration.decision": [
        (
            f'{{"error": 0.0700001, {_TOLERANCE}, {_U}, "rule": {{"rule": "guard_band"}}}}',
            {
                "verdict": "conditional_pass",
                "guard_band": "0.010",
                "acceptance_lower": "-0.070",
                "acceptance_upper": "0.070",
                "ratio": "8",
                "specific_risk": "0.022751211789106073531182794338",
            },
        ),
        (
            (
                f'{{"error": 0.080, {_TOLERANCE}, {_U},'
                ' "rule": {"rule": "guard_band", "factor": 0.83, "is_binary": true}}'
            ),
            {
                "verdict": "fail",
                "guard_band": "0.00830",
                "acceptance_lower": "-0.07170",
                "acceptance_upper": "0.07170",
                "ratio": "8",
                "specific_risk": "0.500000000000000000000000000000",
            },
        ),
    ],
    "calibration.error": [
        (
            '{"indication": 20.103, "reference": 20, "span": 16}',
            {"absolute": "0.103", "percent_of_span": "0.64375", "percent_of_reading": "0.515"},
        ),
        (
            '{"indication": 0.05, "reference": 0, "span": 16}',
            {"absolute": "0.05", "percent_of_span": "0.3125", "percent_of_reading": None},
        ),
    ],
    "calibration.global_risk": [
        (
            '{"limit": 1, "acceptance": 1, "standard": 0.125, "reliability": 0.95}',
            {
                "false_accept": "0.008582664809",
                "false_reject": "0.015536513031",
                "prior_deviation": "0.5102134569246539081129336931456003",
            },
        )
    ],
    "calibration.hysteresis": [
        (
            (
                '{"rising": [{"applied": 3.0, "error": 0.34375}, {"applied": 4.5, "error": 0.4875}],'
                ' "falling": [{"applied": 4.5, "error": 0.5375}]}'
            ),
            {"points": [{"applied": "4.5", "error": "0.0500"}], "worst": "0.0500"},
        )
    ],
    "calibration.linearity": [
        (
            (
                '{"points": [{"applied": 0, "indicated": 4.0}, {"applied": 5, "indicated": 12.1},'
                ' {"applied": 10, "indicated": 20.0}], "line": "terminal"}'
            ),
            {"slope": "1.6", "intercept": "4", "deviations": ["0", "0.1", "0"], "worst": "0.1"},
        )
    ],
    "calibration.nominal": [
        (
            (
                '{"applied": 1.5, "measuring": {"lower": 0, "upper": 6}, "output": {"lower": 4, "upper": 20},'
                ' "transfer": "square_root"}'
            ),
            {"value": "12.0"},
        ),
        (
            (
                '{"applied": 1, "measuring": {"lower": 0, "upper": 2}, "output": {"lower": 4, "upper": 10},'
                ' "transfer": "table", "table": [{"applied": 0, "output": 4}, {"applied": 2, "output": 10}]}'
            ),
            {"value": "7"},
        ),
    ],
    "calibration.span_error": [
        (
            '{"points": [{"applied": 0, "error": 0.075}, {"applied": 6, "error": 0.64375}]}',
            {"value": "0.56875"},
        )
    ],
    "calibration.tar": [
        (f'{{{_TOLERANCE}, "standard": {{"lower": -0.02, "upper": 0.02}}}}', {"value": "4.0"}),
    ],
    "calibration.tur": [(f"{{{_TOLERANCE}, {_U}}}", {"value": "8"})],
    "uncertainty.budget": [
        (
            (
                '{"contributions": [{"name": "standard", "basis": "normal", "figure": 0.6, "coverage": 2},'
                ' {"name": "readings", "basis": "readings", "figure": 0.8, "readings": 4,'
                ' "sensitivity": -1}], "value": 20.104}'
            ),
            {
                "lines": [
                    {
                        "name": "standard",
                        "standard": "0.3",
                        "contribution": "0.3",
                        "percent_of_variance": "36",
                    },
                    {
                        "name": "readings",
                        "standard": "0.4",
                        "contribution": "0.4",
                        "percent_of_variance": "64",
                    },
                ],
                "combined": "0.5",
                "degrees_of_freedom": "7",
                "coverage": "2.43",
                "expanded": "1.215",
                "reported": "1.3",
                "value": "20.1",
            },
        ),
        (
            (
                '{"contributions": [{"name": "a", "basis": "standard", "figure": 3},'
                ' {"name": "b", "basis": "standard", "figure": 4, "degrees_of_freedom": 9}],'
                ' "correlations": [{"left": "a", "right": "b", "r": 1}], "coverage": 2}'
            ),
            {
                "lines": [
                    {
                        "name": "a",
                        "standard": "3",
                        "contribution": "3",
                        "percent_of_variance": "18.36734693877551020408163265306122",
                    },
                    {
                        "name": "b",
                        "standard": "4",
                        "contribution": "4",
                        "percent_of_variance": "32.65306122448979591836734693877551",
                    },
                ],
                "combined": "7",
                "degrees_of_freedom": None,
                "coverage": "2",
                "expanded": "14",
                "reported": "14",
                "value": None,
            },
        ),
    ],
}
