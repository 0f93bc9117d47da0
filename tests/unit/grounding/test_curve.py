from handrail_ops.evaluate.curve_plot import curve_plot
from handrail_ops.evaluate.figures import Measured, Tally
from handrail_ops.evaluate.page import page_of

CURVED = Measured(
    "all",
    10,
    {
        "true_blocked": Tally(1, 10),
        "curve.0.30.true_blocked": Tally(1, 10),
        "curve.0.30.corrupted_passed": Tally(2, 10),
        "curve.0.50.true_blocked": Tally(2, 10),
        "curve.0.50.corrupted_passed": Tally(1, 10),
    },
)


def test_the_page_shows_passed_against_blocked() -> None:
    page = page_of([CURVED], {})
    assert page.count("<circle") == 2
    assert "<td>0.30</td><td>10.0%</td><td>20.0%</td>" in page
    assert "curve." not in page


def test_there_is_no_curve_where_none_was_measured() -> None:
    assert not curve_plot(Measured("all", 1, {"true_blocked": Tally(0, 1)}))
