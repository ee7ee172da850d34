"""What lies on the firm's shelves, and what calls use up. Texts are what a French firm wrote: data, not translated."""

from dataclasses import dataclass

SUPPLIER, SUPPLIER_MAIL, SUPPLIER_PHONE = "Électro Rhône", "sav@electro-rhone.example", "+33 4 72 00 00 00"
RATE_MINOR = 4_200  # an hour, at every site
SPECIALIST, SPECIALIST_MINOR = "Nadia Benali", 5_100
DELIVERED = 5  # pieces, each time that one runs short


@dataclass(frozen=True, slots=True)
class PartSpec:
    """`mends`: the title of the call that takes one; without it nobody has taken any this year."""

    reference: str
    name: str
    cents: int
    stock: int
    threshold: int | None = None
    shelf: str = "Armoire A"
    mends: str | None = None


PARTS = (
    PartSpec("HP-RM2-5392", "Jeu de rouleaux, LaserJet", 3_450, 4, 1, "Armoire A, bac 1"),
    PartSpec("BR-DR3400", "Tambour DR-3400", 11_900, 3, 1, "Armoire A, bac 2", "Traces noires sur les impressions"),
    PartSpec(
        "PSU-180-DELL", "Alimentation 180 W, OptiPlex", 6_200, 4, 1, "Armoire B, bac 1", "Le poste ne démarre plus"
    ),
    PartSpec("BAT-T14", "Batterie 52 Wh, ThinkPad T14", 8_900, 4, 1, "Armoire B, bac 2", "Batterie vide en une heure"),
    PartSpec("SAS-1T2-10K", "Disque SAS 1,2 To", 23_800, 3, 1, "Salle serveurs", "Disque en préalerte"),
    PartSpec("CR1220", "Pile bouton CR1220", 120, 12, 4, "Armoire A, bac 4"),
    PartSpec("APC-RBC7", "Jeu de batteries RBC7", 15_900, 1, 2, "Salle serveurs"),
    PartSpec("FIL-FTXM", "Filtre de climatiseur FTXM", 1_850, 0, 2, "Salle serveurs"),
    PartSpec("CAT6-2M", "Cordon cat. 6, 2 m", 290, 40, 10, "Armoire C"),
    PartSpec("SFP-1G-LX", "Module SFP 1G LX", 2_600, 6, 2, "Armoire C"),
    PartSpec("TH-PASTE", "Pâte thermique, 3,5 g", 790, 5, 1, "Armoire A, bac 4"),
    PartSpec("AIR-400", "Bombe d’air sec, 400 ml", 640, 9, 3, "Armoire C"),
)
SKILLS = (("Imprimantes", ("Nadia Benali",)), ("Réseau", ("Nadia Benali", "Julien Schmitt")),
          ("Onduleurs", ("Julien Schmitt", "Élodie Hoarau")))  # fmt: skip
REFUSALS = (
    "Le nettoyage a suffi : rien à voir de plus cette fois.",
    "Poussière de l’atelier, pas une panne : l’intervalle du plan convient.",
    "Remplacement déjà au budget de l’an prochain.",
)
