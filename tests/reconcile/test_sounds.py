"""Names of other scripts, as banks write them in Latin letters."""

from __future__ import annotations

import pytest

from reconcile.sounds import sound, sounds_like


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("SUZHOU JINQIAO MAOYI YOUXIAN GONGSI", "苏州金桥贸易有限公司"),
        ("QINGDAO JINXIU FANGZHI", "青岛锦绣纺织有限公司"),
        ("JUSIKHOESA DONGJIN HWAHAK SANGSA", "주식회사 동진화학상사"),
        ("SHERKAT SEPAHAN GOSTAR SANAT", "شرکت سپاهان گستر صنعت"),
        ("SHERKAT SEPAHAN GO", "شرکت سپاهان گستر صنعت"),
        ("GANGA NIRMAN UDYOG PRI", "गंगा निर्माण उद्योग प्राइवेट लिमिटेड"),
    ],
)
def test_a_romanised_name_sounds_like_its_own(said: str, known: str) -> None:
    assert sounds_like(said, known)
    assert not sounds_like(known, known)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("NINGBO HUAXIN DIANZI", "苏州金桥贸易有限公司"),
        ("SHERKAT PARS POUYA FOOLAD", "شرکت سپاهان گستر صنعت"),
        ("MUELLER GMBH", "MUELLER GMBH"),
        ("LI", "李"),
        ("", "李"),
    ],
)
def test_another_name_or_too_short_a_one_does_not(said: str, known: str) -> None:
    assert not sounds_like(said, known)


def test_letters_written_for_one_another_are_one_sound() -> None:
    assert sound("Khalid Phat") == sound("Galid Bad")
