"""What the codes of a post are called: how somebody is employed, and why a post ended."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_

EMPLOYMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "full_time": N_("Full time"),
        "part_time": N_("Part time"),
        "substitute": N_("Substitute"),
        "volunteer": N_("Volunteer"),
    }
)
END_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "retired": N_("Retired"),
        "resigned": N_("Resigned"),
        "transferred": N_("Went to another school"),
        "contract_ended": N_("Contract ended"),
        "dismissed": N_("Dismissed"),
        "school_closed": N_("School closed"),
        "deceased": N_("Deceased"),
        "other": N_("Another reason"),
    }
)
