import json
import re
from collections import Counter
from pathlib import Path

import pytest

from shared.policy import regions
from shared.policy.clouds import cloud_profile
from shared.policy.regions import region_of
from shared.settings import CLOUDS

DATA = Path(regions.__file__).parent / "data"
REGIONS = json.loads((DATA / "csp-regions.json").read_text(encoding="utf-8"))["regions"]


def test_every_country_is_in_one_region():
    countries = Counter(country for region in REGIONS.values() for country in region["countries"])
    assert {country for country, times in countries.items() if times > 1} == set()
    assert len(countries) == 238
    for country in countries:
        assert re.fullmatch("[A-Z]{2}", country)


def test_every_country_is_found_in_its_region():
    for name, region in REGIONS.items():
        assert {region_of(country) for country in region["countries"]} == {name}


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_regions_have_names_in_both_languages(region):
    assert region["name"].isascii()
    assert re.search("[가-힣]", region["nameKo"])


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("US", "united-states"),
        ("UM", "united-states"),
        ("PR", "latin-america-and-the-caribbean"),
        ("KR", "korea-republic-of"),
        ("DE", "europe"),
        *((dependent, "europe") for dependent in ("GB", "IM", "JE")),
        ("XK", "middle-east-central-europe-and-eastern-europe"),
        ("TW", "taiwan"),
        ("KP", None),
        ("us", None),
        ("", None),
        (None, None),
    ],
)
def test_the_region_of_a_country(country, region):
    assert region_of(country) == region


def test_regions_that_the_examples_rely_on():
    assert set(REGIONS["united-states"]["countries"]) == {"US", "UM"}
    assert set(REGIONS["korea-republic-of"]["countries"]) == {"KR"}


def test_clouds():
    government = cloud_profile("usGovernment")
    assert government.name == "usGovernment"
    assert government.delegated_admin_required
    assert government.partner_countries == ("US",)
    assert government.multi_partner
    public = cloud_profile("public")
    assert not public.delegated_admin_required
    assert public.partner_countries is None
    assert public.multi_partner


def test_every_cloud_of_the_settings_has_a_profile():
    assert [cloud_profile(name).name for name in CLOUDS] == list(CLOUDS)
    with pytest.raises(KeyError):
        cloud_profile("moon")
