"""Names as banks write them."""

import pytest

from reconcile.names import alike, take_apart

SAME = 0.8


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("MUELLER SOEHNE", "Müller & Söhne GmbH"),
        ("SILVER FALCON MANUFACT", "Silver Falcon Manufacturing Ltd"),
        ("FALCON MFG SILVER", "Silver Falcon Manufacturing Ltd"),
        ("SILVERFALCON MANUFACTURING", "Silver Falcon Manufacturing Ltd"),
        ("SILVR FALCON MANUFACTURING", "Silver Falcon Manufacturing Ltd"),
        ("O'BRIEN BROS", "OBrien Brothers Inc."),
        ("G.m.b.H. Nordwind", "Nordwind GmbH"),
        ("KowalskiConsultingLLC", "Kowalski Consulting LLC"),
        ("B/O SILVER FALCON MANUFACTURING", "Silver Falcon Manufacturing Ltd"),
        ("1/NORDWIND", "Nordwind GmbH"),
        ("GARCON MENUISERIE SAS NANTES", "Garçon Menuiserie SAS"),
        ("FENMER PAYSAES LILLE", "Fenmer Paysages Lille EURL"),
        ("JAGER ING.BURO", "Jäger Ingenieurbüro GmbH & Co. KG"),
        ("ﾕ)ﾀﾅｶﾒﾃﾞｨｶﾙ", "有限会社タナカメディカル"),
        ("DELDAFORT EELKTROTECHNIK ER", "Deldafort Elektrotechnik Erfurt KG"),
        ("IVANOV I PARTNERY", "Иванов и Партнёры ООО"),
    ],
)
def test_the_same_name(said: str, known: str) -> None:
    assert alike(take_apart(said), take_apart(known)) >= SAME


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("SILVER FALCON MEDIA", "Silver Falcon Motors Ltd"),
        ("SILVER FALC", "Silver Falcon Manufacturing Ltd"),
        ("NORDWIND SERVICE", "Nordwind Logistik GmbH"),
        ("SMITH", "Smithson Partners"),
        ("HMRC VAT", "Harbour Marine Ltd"),
        ("", "Nordwind GmbH"),
    ],
)
def test_another_name(said: str, known: str) -> None:
    assert alike(take_apart(said), take_apart(known)) < SAME


def test_a_cut_between_words_says_less_than_one_inside_a_word() -> None:
    known = take_apart("Silver Falcon Manufacturing Ltd")
    assert alike(take_apart("SILVER FALCON"), known) < 0.9 <= alike(take_apart("SILVER FALCON MANU"), known)
