import pytest

from custom_components.chocolate_factory.learning.champion import Opponent, Verdict, judge


@pytest.mark.parametrize(
    ("challenger", "rule", "champion", "expected"),
    [
        pytest.param(3, 4, None, Verdict.NEW_MODEL, id="the first that beats the rule"),
        pytest.param(4, 4, None, Verdict.RULE_IS_BETTER, id="as good as the rule is not better"),
        pytest.param(5, 4, None, Verdict.RULE_IS_BETTER, id="worse than the rule"),
        pytest.param(2, 4, 3, Verdict.NEW_MODEL, id="better than both"),
        pytest.param(3, 4, 3, Verdict.MODEL_STAYS, id="as good as the one at work"),
        pytest.param(3.5, 4, 3, Verdict.MODEL_STAYS, id="only better than the rule"),
        pytest.param(5, 4, 3, Verdict.MODEL_STAYS, id="worse than both"),
        pytest.param(4.5, 4, 5, Verdict.RULE_IS_BETTER, id="both worse than the rule"),
        pytest.param(3, 4, 5, Verdict.NEW_MODEL, id="the one at work is worse than the rule"),
    ],
)
def test_a_model_works_only_if_it_beats_the_rule_and_the_model_at_work(
    challenger: float, rule: float, champion: float | None, expected: Verdict
) -> None:
    at_work = None if champion is None else Opponent(champion, 0)
    assert judge(Opponent(challenger, 0), rule, at_work) is expected


def test_a_model_that_heard_more_from_the_maker_may_be_a_little_worse() -> None:
    heard, deaf = Opponent(4.05, 10), Opponent(4, 0)
    assert judge(heard, 4, deaf) is Verdict.NEW_MODEL
    assert judge(Opponent(4.2, 10), 4.3, deaf) is Verdict.MODEL_STAYS
    assert judge(Opponent(4.05, 10), 5, Opponent(4, 10)) is Verdict.MODEL_STAYS


def test_only_some_verdicts_put_a_model_to_work() -> None:
    assert {verdict for verdict in Verdict if verdict.is_model} == {
        Verdict.MODEL_STAYS,
        Verdict.NEW_MODEL,
    }
