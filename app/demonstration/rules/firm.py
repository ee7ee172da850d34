"""The demonstration's firm: three French sites, their people, some 120 pieces; the same for one seed and day.

Everything here is invented; only the manufacturers' ranges are the usual ones, so that a reader feels at home.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRM, TIME_ZONE = "Ateliers Mercier", "Europe/Paris"


@dataclass(frozen=True, slots=True)
class SiteSpec:
    code: str
    name: str
    time_zone: str
    region: str | None
    calendar: str
    address: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class CategorySpec:
    code: str
    name: str
    name_fr: str
    life_months: int
    room: str
    models: tuple[tuple[str, str, int], ...]
    is_immaterial: bool = False


@dataclass(frozen=True, slots=True)
class PersonSpec:
    name: str
    login: str | None = None
    role: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class PieceSpec:
    tag: str
    name: str
    category: str
    model: int | None
    site: str
    room: str
    rack: str | None
    serial: str | None
    criticality: str
    commissioned_on: date
    warranty_until: date | None
    cost_euros: int | None
    person: str | None


SERVER_ROOM, CLOSET = "Sous-sol > Salle serveurs", "1er étage > Local technique"
OFFICES, WORKSHOP = "1er étage > Bureaux", "Rez-de-chaussée > Atelier"
ROOMS = (SERVER_ROOM, CLOSET, OFFICES, WORKSHOP)

SITES = (
    SiteSpec(
        "LYO", "Lyon, siège", TIME_ZONE, None, "France", "12 rue de la Part-Dieu, 69003 Lyon",
        {"SRV": 5, "NAS": 2, "SWI": 4, "AP": 4, "RTR": 1, "UPS": 2, "AC": 2, "PRN": 5, "WKS": 18, "LAP": 14, "BKP": 2},
    ),
    SiteSpec(
        "STR", "Strasbourg, atelier", TIME_ZONE, "6AE", "Alsace", "4 quai des Bateliers, 67000 Strasbourg",
        {"SRV": 2, "NAS": 1, "SWI": 3, "AP": 3, "RTR": 1, "UPS": 1, "AC": 1, "PRN": 4, "WKS": 14, "LAP": 7, "BKP": 1},
    ),
    SiteSpec(
        "RUN", "Saint-Denis, La Réunion", "Indian/Reunion", "974", "La Réunion", "8 rue de Paris, 97400 Saint-Denis",
        {"SRV": 1, "NAS": 1, "SWI": 2, "AP": 2, "RTR": 1, "UPS": 1, "AC": 1, "PRN": 2, "WKS": 7, "LAP": 5, "BKP": 1},
    ),
)  # fmt: skip

CATEGORIES = (
    CategorySpec("SRV", "Server", "Serveur", 72, SERVER_ROOM,
                 (("Dell", "PowerEdge R450", 5200), ("HPE", "ProLiant DL360 Gen10", 6100))),
    CategorySpec("NAS", "Network storage", "Stockage réseau", 72, SERVER_ROOM, (("Synology", "RS1221+", 1900),)),
    CategorySpec("SWI", "Switch", "Commutateur", 96, CLOSET,
                 (("Cisco", "Catalyst 1200-48T", 1400), ("HPE", "Aruba 2930F", 1700))),
    CategorySpec("AP", "Access point", "Borne Wi-Fi", 72, OFFICES, (("Ubiquiti", "U6 Pro", 170),)),
    CategorySpec("RTR", "Router", "Routeur", 84, SERVER_ROOM, (("MikroTik", "CCR2004", 520),)),
    CategorySpec("UPS", "UPS", "Onduleur", 96, SERVER_ROOM,
                 (("APC", "Smart-UPS 1500", 780), ("Eaton", "5PX 2200", 1250))),
    CategorySpec("AC", "Air conditioning", "Climatisation", 144, SERVER_ROOM, (("Daikin", "FTXM35", 1600),)),
    CategorySpec("PRN", "Printer", "Imprimante", 60, OFFICES,
                 (("HP", "LaserJet M507", 560), ("Brother", "HL-L6400", 430), ("Zebra", "ZD421", 390))),
    CategorySpec("WKS", "Workstation", "Poste fixe", 60, OFFICES,
                 (("Dell", "OptiPlex 7010", 840), ("Lenovo", "ThinkCentre M75q", 690))),
    CategorySpec("LAP", "Laptop", "Ordinateur portable", 48, OFFICES,
                 (("Lenovo", "ThinkPad T14", 1290), ("Dell", "Latitude 5440", 1180))),
    CategorySpec("BKP", "Backup job", "Tâche de sauvegarde", 120, SERVER_ROOM, (), is_immaterial=True),
)  # fmt: skip

STAFF = (
    PersonSpec("Claire Fontaine", "claire", "admin"),
    PersonSpec("Marc Lefèvre", "marc", "manager"),
    PersonSpec("Nadia Benali", "nadia", "technician", "LYO"),
    PersonSpec("Julien Schmitt", "julien", "technician", "STR"),
    PersonSpec("Élodie Hoarau", "elodie", "technician", "RUN"),
    PersonSpec("Paul Girard", "paul", "requester", "LYO"),
)

FIRST_NAMES = (
    "Amélie", "Antoine", "Aurore", "Bastien", "Camille", "Cédric", "Chloé", "Damien", "Fatou", "Gaël", "Hélène", "Inès",
    "Jérôme", "Karim", "Laure", "Lucas", "Manon", "Mathieu", "Noémie", "Océane", "Pauline", "Quentin", "Rachid",
    "Sophie", "Thomas", "Valérie", "Yann", "Zoé",
)  # fmt: skip
LAST_NAMES = (
    "André", "Blanc", "Chevalier", "Da Silva", "Dupuis", "Faure", "Garnier", "Grondin", "Haas", "Jacquet", "Keller",
    "Lambert", "Martin", "Meyer", "Nguyen", "Payet", "Perrin", "Robert", "Roux", "Traoré", "Vidal", "Weber",
)  # fmt: skip


def years_before(day: date, years: int) -> date:
    """The same day in an earlier year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def employees(random: Random) -> list[str]:
    """Fifty people who use the workstations and laptops."""
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    return random.sample(names, 50)


def pieces(random: Random, today: date, users: list[str]) -> list[PieceSpec]:
    """Site by site, category by category, numbered through the firm: SRV-0001, SRV-0002, …"""
    made: list[PieceSpec] = []
    numbers: dict[str, int] = {}
    for site in SITES:
        for category in CATEGORIES:
            for ordinal in range(site.counts[category.code]):
                number = numbers[category.code] = numbers.get(category.code, 0) + 1
                made.append(piece(random, today, site, category, ordinal=ordinal, number=number, users=users))
    return made


def piece(
    random: Random, today: date, site: SiteSpec, category: CategorySpec, *, ordinal: int, number: int, users: list[str]
) -> PieceSpec:
    """One piece. The first two of each kind at a site were put into service on this day of an earlier year.

    So work that counts from there is due today, whatever day the demonstration is made on.
    """
    is_personal = category.code in {"WKS", "LAP"}
    in_service = today - timedelta(days=random.randrange(200, category.life_months * 30))
    if is_personal and ordinal < 2:
        in_service = years_before(today, random.randrange(1, 4))
    choice = random.randrange(len(category.models)) if category.models else None
    place = WORKSHOP if category.code in {"WKS", "PRN"} and ordinal % 3 == 2 else category.room
    in_rack = place in {SERVER_ROOM, CLOSET} and not category.is_immaterial
    return PieceSpec(
        tag=f"{category.code}-{number:04d}",
        name=f"{site.code.lower()}-{category.code.lower()}-{ordinal + 1:02d}",
        category=category.code,
        model=choice,
        site=site.code,
        room=place,
        rack=f"A0{1 + ordinal % 2}" if in_rack else None,
        serial=None if choice is None else "".join(random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=10)),
        criticality={"SRV": "A", "SWI": "A", "RTR": "A", "UPS": "A", "AC": "A", "BKP": "A", "NAS": "B"}.get(
            category.code, "C"
        ),
        commissioned_on=in_service,
        warranty_until=None if choice is None else in_service + timedelta(days=3 * 365),
        cost_euros=None if choice is None else category.models[choice][2],
        person=random.choice(users) if is_personal else None,
    )
