"""When the CO2 storage pilot may be used: its conditions, and which of them are not shown."""

from dataclasses import dataclass
from fractions import Fraction

from openccer.kernel.outcome import Grounds
from openccer.mrv.methodologies.co2_pilot import PILOT

PENETRATION_MOST = Fraction(5, 100)  # above it the practice is common, and not additional


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a project states for the conditions of the pilot; None where it states nothing."""

    source_lawful: bool | None
    paid_elsewhere: bool | None
    stored: bool | None  # injected to stay; use without storage is left out
    permit: bool | None
    risk_assessed: bool | None  # site characterised and its risks assessed (ISO 27914)
    plan_approved: bool | None
    for_oil_only: bool | None  # recovery of oil or gas alone would justify it
    investment_test: bool | None  # not worth doing without credits
    penetration: Fraction | None  # share of like sources that already do it


def applicable(stated: Conditions) -> Grounds:
    """Every condition of the pilot that is not shown to be met; unknown is not met.

    A choice of the pilot, after ISO 27914 and the criteria of Directive 2009/31/EC.
    """
    grounds = Grounds()
    common = stated.penetration is None or stated.penetration > PENETRATION_MOST
    additional = stated.investment_test is True or not common
    grounds.refuse_if(stated.source_lawful is not True, "co2-source-not-lawful", PILOT)
    grounds.refuse_if(stated.paid_elsewhere is not False, "co2-paid-elsewhere", PILOT)
    grounds.refuse_if(stated.stored is not True, "co2-used-not-stored", PILOT)
    grounds.refuse_if(stated.permit is not True, "co2-no-storage-permit", PILOT)
    grounds.refuse_if(stated.risk_assessed is not True, "co2-site-not-assessed", PILOT)
    grounds.refuse_if(stated.plan_approved is not True, "co2-plan-not-approved", PILOT)
    grounds.refuse_if(stated.for_oil_only is not False, "co2-for-oil-only", PILOT)
    grounds.refuse_if(not additional, "co2-not-additional", PILOT)
    return grounds
