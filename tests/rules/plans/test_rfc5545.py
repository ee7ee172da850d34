"""The examples of RFC 5545, section 3.8.5.3, written from its text (S4).

DTSTART is at 09:00 in New York there; a rule of Ronde gives days, and UNTIL is then a day too: `19971224T000000Z` lies
before that day's 09:00, so the last day possible is the 23rd. An example without an end is compared as far as the RFC
writes it out.
"""

from datetime import date
from itertools import islice

import pytest

from app.plans.rules.errors import RuleError
from app.plans.rules.recurrence import slots
from app.plans.rules.rrule import parse_rrule

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

# What it is called there, DTSTART, the rule, the dates ("..." where the RFC goes on without an end).
EXAMPLES = [
    ("Daily for 10 occurrences", "19970902", "FREQ=DAILY;COUNT=10", "1997 Sep 2-11"),
    ("Daily until December 24, 1997", "19970902", "FREQ=DAILY;UNTIL=19971223",
     "1997 Sep 2-30 Oct 1-31 Nov 1-30 Dec 1-23"),
    ("Every other day - forever", "19970902", "FREQ=DAILY;INTERVAL=2",
     "1997 Sep 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 Oct 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 Nov 1,3,5,7 ..."),
    ("Every 10 days, 5 occurrences", "19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 Sep 2,12,22 Oct 2,12"),
    ("Every day in January, for 3 years", "19980101",
     "FREQ=YEARLY;UNTIL=20000131;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31"),
    ("Every day in January, for 3 years", "19980101", "FREQ=DAILY;UNTIL=20000131;BYMONTH=1",
     "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31"),
    ("Weekly for 10 occurrences", "19970902", "FREQ=WEEKLY;COUNT=10",
     "1997 Sep 2,9,16,23,30 Oct 7,14,21,28 Nov 4"),
    ("Weekly until December 24, 1997", "19970902", "FREQ=WEEKLY;UNTIL=19971223",
     "1997 Sep 2,9,16,23,30 Oct 7,14,21,28 Nov 4,11,18,25 Dec 2,9,16,23"),
    ("Every other week - forever", "19970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
     "1997 Sep 2,16,30 Oct 14,28 Nov 11,25 Dec 9,23 1998 Jan 6,20 Feb 3,17 ..."),
    ("Weekly on Tuesday and Thursday for five weeks", "19970902", "FREQ=WEEKLY;UNTIL=19971006;WKST=SU;BYDAY=TU,TH",
     "1997 Sep 2,4,9,11,16,18,23,25,30 Oct 2"),
    ("Weekly on Tuesday and Thursday for five weeks", "19970902", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
     "1997 Sep 2,4,9,11,16,18,23,25,30 Oct 2"),
    ("Every other week on Monday, Wednesday, and Friday until December 24, 1997", "19970901",
     "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971223;WKST=SU;BYDAY=MO,WE,FR",
     "1997 Sep 1,3,5,15,17,19,29 Oct 1,3,13,15,17,27,29,31 Nov 10,12,14,24,26,28 Dec 8,10,12,22"),
    ("Every other week on Tuesday and Thursday, for 8 occurrences", "19970902",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 Sep 2,4,16,18,30 Oct 2,14,16"),
    ("Monthly on the first Friday for 10 occurrences", "19970905", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
     "1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5"),
    ("Monthly on the first Friday until December 24, 1997", "19970905", "FREQ=MONTHLY;UNTIL=19971223;BYDAY=1FR",
     "1997 Sep 5 Oct 3 Nov 7 Dec 5"),
    ("Every other month on the first and last Sunday of the month for 10 occurrences", "19970907",
     "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
     "1997 Sep 7,28 Nov 2,30 1998 Jan 4,25 Mar 1,29 May 3,31"),
    ("Monthly on the second-to-last Monday of the month for 6 months", "19970922", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
     "1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16"),
    ("Monthly on the third-to-the-last day of the month, forever", "19970928", "FREQ=MONTHLY;BYMONTHDAY=-3",
     "1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26 ..."),
    ("Monthly on the 2nd and 15th of the month for 10 occurrences", "19970902", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
     "1997 Sep 2,15 Oct 2,15 Nov 2,15 Dec 2,15 1998 Jan 2,15"),
    ("Monthly on the first and last day of the month for 10 occurrences", "19970930",
     "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997 Sep 30 Oct 1,31 Nov 1,30 Dec 1,31 1998 Jan 1,31 Feb 1"),
    ("Every 18 months on the 10th thru 15th of the month for 10 occurrences", "19970910",
     "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997 Sep 10-15 1999 Mar 10-13"),
    ("Every Tuesday, every other month", "19970902", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
     "1997 Sep 2,9,16,23,30 Nov 4,11,18,25 1998 Jan 6,13,20,27 Mar 3,10,17,24,31 ..."),
    ("Yearly in June and July for 10 occurrences", "19970610", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
     "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10"),
    ("Every other year on January, February, and March for 10 occurrences", "19970310",
     "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
     "1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10"),
    ("Every 20th Monday of the year, forever", "19970519", "FREQ=YEARLY;BYDAY=20MO",
     "1997 May 19 1998 May 18 1999 May 17 ..."),
    ("Every Thursday in March, forever", "19970313", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
     "1997 Mar 13,20,27 1998 Mar 5,12,19,26 1999 Mar 4,11,18,25 ..."),
    ("Every Thursday, but only during June, July, and August, forever", "19970605",
     "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
     ("1997 Jun 5,12,19,26 Jul 3,10,17,24,31 Aug 7,14,21,28 1998 Jun 4,11,18,25 Jul 2,9,16,23,30 Aug 6,13,20,27 "
      "1999 Jun 3,10,17,24 Jul 1,8,15,22,29 Aug 5,12,19,26 ...")),
    ("Every Friday the 13th, forever", "19970902", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
     "1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13 ..."),
    ("The first Saturday that follows the first Sunday of the month, forever", "19970913",
     "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
     "1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13 ..."),
    ("Every 4 years, the first Tuesday after a Monday in November, forever", "19961105",
     "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996 Nov 5 2000 Nov 7 2004 Nov 2 ..."),
    ("The third instance into the month of one of Tuesday, Wednesday, or Thursday, for the next 3 months", "19970904",
     "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 Sep 4 Oct 7 Nov 6"),
    ("The second-to-last weekday of the month", "19970929", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
     "1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30 ..."),
    ("An example where the days generated makes a difference because of WKST", "19970805",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 Aug 5,10,19,24"),
    ("Changing only WKST from Monday to Sunday yields different results", "19970805",
     "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 Aug 5,17,19,31"),
    ("An example where an invalid date (i.e., February 30) is ignored", "20070115",
     "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 Jan 15,30 Feb 15 Mar 15,30"),
]  # fmt: skip


def written(text: str) -> list[date]:
    """1997 Sep 2,9-11 -> those days of September 1997."""
    found, year, month = [], 0, 0
    for word in text.removesuffix(" ...").split():
        if len(word) == 4 and word.isdigit():
            year = int(word)
        elif word in MONTHS:
            month = MONTHS.index(word) + 1
        else:
            for part in word.split(","):
                begin, _, end = part.partition("-")
                found += [date(year, month, day) for day in range(int(begin), int(end or begin) + 1)]
    return found


@pytest.mark.parametrize(("start", "rule", "dates"), [example[1:] for example in EXAMPLES])
def test_S04_an_example_gives_the_dates_that_the_RFC_writes_out(start, rule, dates):
    expected = written(dates)
    found = slots(parse_rrule(rule), date.fromisoformat(start), None)
    assert list(islice(found, len(expected) if dates.endswith("...") else 500)) == expected


@pytest.mark.parametrize(
    ("name", "rule", "instead"),
    [
        ("Every third year on the 1st, 100th, and 200th day", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
         "use BYMONTH and BYMONTHDAY"),
        ("Monday of week number 20", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "use BYMONTH and BYDAY"),
        ("Every 3 hours from 9:00 AM to 5:00 PM", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
         "DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("Every 15 minutes for 6 occurrences", "FREQ=MINUTELY;INTERVAL=15;COUNT=6", "DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("Every hour and a half for 4 occurrences", "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
         "DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("Every 20 minutes from 9:00 AM to 4:40 PM every day",
         "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", "Leave BYHOUR out"),
        ("Every 20 minutes from 9:00 AM to 4:40 PM every day",
         "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16", "Leave BYHOUR out"),
    ],
)  # fmt: skip
def test_S04_an_example_outside_the_subset_is_refused_saying_what_to_use(name, rule, instead):
    with pytest.raises(RuleError, match=instead):
        parse_rrule(rule)


def test_S04_the_example_with_an_exception_is_asked_to_leave_it_to_the_plan():
    """Every Friday the 13th comes with `EXDATE;TZID=America/New_York:19970902T090000`."""
    with pytest.raises(RuleError, match="to leave a date out, skip it on the plan"):
        parse_rrule("RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\nEXDATE;TZID=America/New_York:19970902T090000")
