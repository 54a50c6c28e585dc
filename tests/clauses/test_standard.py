"""Stories of the composed default, article by article as settled where the sources disagree."""

PRESET = "standard"


def test_gz_9_urgent_is_relayed_within_3_minutes_at_night_too(desk):
    case = desk.files("03-02 23:00", urgency="urgent")
    assert case.clock("relay_urgent").due == "03-02 23:03"
    desk.sweep("03-02 23:03")
    assert case.clock("relay_urgent").runs
    desk.sweep("03-02 23:03:01")
    assert case.clock("relay_urgent").broke_at == "03-02 23:03"


def test_gz_9_an_urgent_matter_dispatched_in_time_is_kept(desk):
    case = desk.files("03-02 10:00", urgency="urgent").dispatch("03-02 10:03")
    assert case.clock("relay_urgent").is_kept
