"""The names of countries in English captions, enough to notice that a text names another one."""

import re
from functools import cache

# One country a line, its names between strokes. A name of several countries (Georgia, Congo) stands in each
# line, and a disputed territory with every country that may be named for it: what cannot be told for certain
# must not be called a contradiction.
_LINES = """
Afghanistan
Albania
Algeria
Andorra
Angola
Argentina
Armenia|Nagorno-Karabakh
Australia
Austria
Azerbaijan|Nagorno-Karabakh
Bahamas
Bahrain
Bangladesh
Barbados
Belarus
Belgium
Belize
Benin
Bhutan
Bolivia
Bosnia|Bosnia and Herzegovina|Bosnia-Herzegovina
Botswana
Brazil
Brunei
Bulgaria
Burkina Faso
Burundi
Cambodia
Cameroon
Canada
Cape Verde
Central African Republic
Chad
Chile
China|Hong Kong|Macau|Tibet|Taiwan
Colombia
Congo|Democratic Republic of Congo|Democratic Republic of the Congo|DR Congo|DRC
Congo|Republic of Congo|Republic of the Congo|Congo-Brazzaville
Costa Rica
Croatia
Cuba
Cyprus|Northern Cyprus
Czech Republic|Czechia
Denmark|Greenland|Faroe Islands
Djibouti
Dominican Republic
East Timor|Timor-Leste
Ecuador
Egypt
El Salvador
Equatorial Guinea
Eritrea
Estonia
Eswatini|Swaziland
Ethiopia
Fiji
Finland
France
Gabon
Gambia
Georgia|Abkhazia|South Ossetia
Germany
Ghana
Greece
Guatemala
Guinea
Guinea-Bissau
Guyana
Haiti
Honduras
Hungary
Iceland
India|Kashmir
Indonesia
Iran
Iraq
Ireland|Republic of Ireland
Israel|Palestine|West Bank|Gaza|Gaza Strip|Golan Heights
Italy
Ivory Coast
Jamaica
Japan
Jordan
Kazakhstan
Kenya
Kosovo|Serbia
Kuwait
Kyrgyzstan
Laos
Latvia
Lebanon
Lesotho
Liberia
Libya
Liechtenstein
Lithuania
Luxembourg
Madagascar
Malawi
Malaysia
Maldives
Mali
Malta
Mauritania|Western Sahara
Mauritius
Mexico
Moldova|Transnistria
Monaco
Mongolia
Montenegro
Morocco|Western Sahara
Mozambique
Myanmar|Burma
Namibia
Nepal
Netherlands|Holland
New Zealand
Nicaragua
Niger
Nigeria
North Korea|Korea
North Macedonia|Macedonia
Norway
Oman
Pakistan|Kashmir
Panama
Papua New Guinea
Paraguay
Peru
Philippines
Poland
Portugal
Qatar
Romania
Russia|Russian Federation|Abkhazia|South Ossetia|Transnistria|Crimea
Rwanda
Samoa
Saudi Arabia
Senegal
Sierra Leone
Singapore
Slovakia
Slovenia
Somalia|Somaliland
South Africa
South Korea|Korea
South Sudan
Spain
Sri Lanka
Sudan
Suriname
Sweden
Switzerland
Syria|Golan Heights
Taiwan
Tajikistan
Tanzania
Thailand
Togo
Tunisia
Turkey|Türkiye|Northern Cyprus
Turkmenistan
Uganda
Ukraine|Crimea
United Arab Emirates|UAE|U.A.E.
United Kingdom|UK|U.K.|Britain|Great Britain|England|Scotland|Wales|Northern Ireland
United States|United States of America|US|U.S.|USA|U.S.A.|America|Georgia|New Mexico
Uruguay
Uzbekistan
Vatican|Vatican City
Venezuela
Vietnam
Yemen
Zambia
Zimbabwe
"""
_COUNTRIES = tuple(frozenset(line.casefold().split("|")) for line in _LINES.split("\n") if line)


def same_country(one: str, other: str) -> bool:
    """Whether two names may stand for one country.

    >>> same_country("the UK", "England"), same_country("Ukraine", "Russia")
    (True, False)
    """
    first, second = _folded(one), _folded(other)
    return first == second or any(first in names and second in names for names in _COUNTRIES)


def is_country(name: str) -> bool:
    """Whether a name is a country's that we know."""
    return any(_folded(name) in names for names in _COUNTRIES)


@cache
def country_pattern() -> re.Pattern[str]:
    """A regular expression that finds a country's name as a whole word, the longest that stands there."""
    names = sorted(set(_LINES.strip().replace("|", "\n").split("\n")), key=len, reverse=True)
    spaced = (re.escape(name).replace(r"\ ", r"\s+") for name in names)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w|['’ʼ]\w)")


def _folded(name: str) -> str:
    return name.strip().casefold().removeprefix("the ")
