"""What every decision about credits shares: enough of them, which ones, and their certificate."""

from openccer.kernel.outcome import Grounds, HouseRule
from openccer.kernel.state import Context
from openccer.ledger.blocks import Bucket, Holding, Movement, Place, lowest

FOUND_FIRST = HouseRule("an act names things that exist")
AT_LEAST_ONE = HouseRule("the smallest amount of credits is one tonne")
ENOUGH = HouseRule("an account cannot give what it does not hold")


def certificate_number(context: Context) -> str:
    """A certificate is named after the act that made it, which is unique in its log."""
    return f"CERT-{context.act_id}"


def moved(
    holding: Holding, source: Bucket, target: Place, tonnes: int, why: str
) -> tuple[Movement, ...]:
    """Movements of so many tonnes, lowest serials first, out of one bucket of a holding."""
    return tuple(
        Movement(debit=Place(holding.account, source), credit=target, block=block, why=why)
        for block in lowest(holding.blocks(source), tonnes)
    )


def need_credits(grounds: Grounds, holding: Holding, bucket: Bucket, tonnes: int) -> None:
    """Grounds: less than one tonne, or more than the bucket has."""
    grounds.refuse_if(tonnes < 1, "amount-too-small", AT_LEAST_ONE, asked=tonnes)
    have = holding.tonnes(bucket)
    grounds.refuse_if(
        have < tonnes,
        "not-enough-credits",
        ENOUGH,
        account=holding.account,
        bucket=bucket,
        have=have,
        asked=tonnes,
    )
