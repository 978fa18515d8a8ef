"""Registry and exchange compared: against dictionaries, and at the edges of nothing."""

from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.ids import AccountId, BatchId, InstrumentId
from openccer.ledger.amounts import CNY, OUTSIDE, Amount
from openccer.ledger.blocks import Block, Holding
from openccer.ledger.reconcile import cash, compare, units_registered, units_traded

WIND, STEEL = AccountId("example-wind"), AccountId("example-steel")
OF_2025, OF_2026 = InstrumentId("OW-0001.2025"), InstrumentId("OW-0001.2026")
BATCH = BatchId("OW-0001.2025.1")


def test_only_the_bucket_at_the_exchange_is_compared():
    holding = Holding(
        account=WIND,
        instrument=OF_2025,
        held=(Block(BATCH, 1, 10),),
        exchange=(Block(BATCH, 11, 13), Block(BATCH, 20, 20)),
        cancelled=(Block(BATCH, 14, 19),),
    )
    assert units_registered([holding]) == {(WIND, OF_2025): 4}


def test_what_is_locked_is_still_the_traders_and_the_outside_is_nobodys():
    amounts = [
        Amount(account=WIND, asset=OF_2025, available=3, locked=1),
        Amount(account=OUTSIDE, asset=OF_2025, available=-4),
        Amount(account=WIND, asset=CNY, available=7),
        Amount(account=STEEL, asset=OF_2025, available=0),
    ]
    assert units_traded(amounts) == {(WIND, OF_2025): 4}


def test_cash_is_what_the_banks_paid_in():
    amounts = [
        Amount(account=WIND, asset=CNY, available=7, locked=2),
        Amount(account=OUTSIDE, asset=CNY, available=-9),
        Amount(account=WIND, asset=OF_2025, available=100),
    ]
    found = cash(amounts)
    assert (found.accounts, found.paid_in, found.differs) == (9, 9, False)
    assert cash(amounts[:1]).differs
    assert not cash([]).differs


UNITS = st.dictionaries(
    st.tuples(st.sampled_from([WIND, STEEL]), st.sampled_from([OF_2025, OF_2026])),
    st.integers(1, 3),
)


@given(UNITS, UNITS)
def test_a_line_differs_exactly_where_the_two_sides_do(registry, exchange):
    lines = compare(registry, exchange)
    assert [(line.account, line.instrument) for line in lines] == sorted({*registry, *exchange})
    for line in lines:
        key = line.account, line.instrument
        assert line.differs == (registry.get(key) != exchange.get(key))
