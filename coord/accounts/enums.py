"""Kinds of organisation."""

import enum

from coord.kernel.text import N_


class OrganisationKind(enum.StrEnum):
    """What an organisation is; decides what its people act for."""

    CITY_CORPS = "city_corps"
    COUNTY_TEAM = "county_team"
    PROVINCE = "province"
    PLATFORM = "platform"

    @property
    def label(self) -> str:
        """The kind's name as a msgid."""
        return ORGANISATION_LABELS[self]


ORGANISATION_LABELS: dict[OrganisationKind, str] = {
    OrganisationKind.CITY_CORPS: N_("市级执法总队(支队)"),
    OrganisationKind.COUNTY_TEAM: N_("区县执法队伍"),
    OrganisationKind.PROVINCE: N_("省级及其他机关"),
    OrganisationKind.PLATFORM: N_("平台管理"),
}
