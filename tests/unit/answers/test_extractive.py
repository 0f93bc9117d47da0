from handrail.adapters.model.extractive import ExtractiveDrafter
from handrail.domain.reading import sentences

APART = (
    "A refund goes back to the card that you paid with, whatever else you have told us meanwhile, "
    "and it is shown on your statement under the name of our shop. "
    "We send a message when the parcel is here. "
    "The refund arrives on your card within five days, and you need not do anything for it at all."
)
THAI = (
    "เราจะคืนเงินให้คุณภายใน 5 ถึง 7 วันทำการ หลังจากที่เราได้รับสินค้าที่ส่งคืนและตรวจสอบเรียบร้อยแล้ว "
    "หากคุณยังไม่ได้รับเงินคืน กรุณาติดต่อธนาคารของคุณ หรือส่งหมายเลขคำสั่งซื้อมาให้เรา "
    "เราเปิดทำการทุกวันตั้งแต่เวลา 8 นาฬิกาถึง 20 นาฬิกา ยกเว้นวันหยุดนักขัตฤกษ์และวันปีใหม่ของทุกปี"
)


def test_two_sentences_that_both_answer_are_quoted_though_others_stand_between() -> None:
    quoted = ExtractiveDrafter().quote("which card does my refund arrive on", APART, "en", 2)
    assert quoted.splitlines() == [sentences(APART)[0], sentences(APART)[2]]


def test_a_second_sentence_that_says_nothing_of_it_is_left_out() -> None:
    quoted = ExtractiveDrafter().quote("is it shown on a statement under a name", APART, "en", 2)
    assert quoted == sentences(APART)[0]


def test_neighbours_are_quoted_as_they_stand() -> None:
    quoted = ExtractiveDrafter().quote("message when the parcel is here", APART, "en", 2)
    assert quoted in APART
    assert quoted.endswith("We send a message when the parcel is here.")


def test_of_thai_not_all_is_quoted() -> None:
    quoted = ExtractiveDrafter().quote("เปิดทำการกี่นาฬิกา", THAI, "th", 1)
    assert quoted == sentences(THAI)[-1]
    assert quoted.startswith("เราเปิดทำการ")


def test_nothing_is_quoted_of_nothing() -> None:
    assert not ExtractiveDrafter().quote("what", "", "en")
    assert ExtractiveDrafter().quote("?!", "One. Two.", "en") == "One."
