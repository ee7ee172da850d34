"""How interventions end in the demonstration: drawn by weights that a real house would recognise.

Texts are what technicians of a French firm wrote; like the names of its people they are data, and not translated.
"""

from dataclasses import dataclass
from random import Random

KIND_DONE = {
    "cleaning": "cleaned",
    "inspection": "inspected_ok",
    "replacement": "component_replaced",
    "upgrade": "upgraded",
}
DELAYS = ((-2, 6), (-1, 14), (0, 48), (1, 12), (2, 7), (4, 5), (8, 4), (15, 2), (45, 2))  # days after the due date
ROUND_DELAYS = ((0, 93), (1, 7))  # a daily round is done or it is not
FINDINGS = (("none", 80), ("minor", 14), ("significant", 6))
NOTES = {
    "cleaning": (
        "Beaucoup de poussière sur le ventilateur arrière.",
        "Filtre encrassé, remplacé.",
        "Grille d’aération obstruée par un dossier posé contre l’appareil.",
    ),
    "inspection": (
        "Un port en erreur, cordon changé.",
        "Voyant orange éteint après acquittement.",
        "Valeur proche de la limite, à surveiller au prochain passage.",
    ),
    "replacement": ("Ancien jeu gonflé, déposé au point de collecte.",),
    "upgrade": ("Deux versions de retard, mise à jour faite dans la fenêtre.",),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What will become of one order, and how many days after its due date."""

    delay_days: int
    kind: str
    finding: str
    note: str | None
    minutes: int
    method: str = "procedure"
    is_not_done: bool = False


@dataclass(frozen=True, slots=True)
class Incident:
    """A call, or something seen in passing; fixed at once and logged afterwards."""

    category: str
    title: str
    kind: str
    mode: str
    mechanism: str
    cause: str
    detection: str
    diagnosis: str
    restoration: str
    minutes: int
    explanation: str


def chosen(random: Random, weighted: tuple[tuple[object, int], ...]) -> object:
    return random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def outcome(random: Random, kind: str, estimate: int, *, is_daily: bool = False) -> Outcome:
    """Draws the same numbers whatever the outcome, so that one order's luck does not shift the next one's."""
    delay = int(str(chosen(random, ROUND_DELAYS if is_daily else DELAYS)))
    finding = str(chosen(random, FINDINGS))
    note = random.choice(NOTES.get(kind, NOTES["inspection"]))
    minutes = max(3, round(estimate * random.uniform(0.7, 1.5)))
    is_not_done, is_alternative = random.random() < 0.01, random.random() < 0.04
    done = KIND_DONE.get(kind, "adjusted")
    return Outcome(
        delay_days=delay,
        kind="adjusted" if done == "inspected_ok" and finding != "none" else done,
        finding=finding,
        note=None if finding == "none" else note,
        minutes=minutes,
        method="alternative" if is_alternative else "procedure",
        is_not_done=is_not_done,
    )


INCIDENTS = (
    Incident("PRN", "Bourrage papier à répétition", "cleaned", "intermittent", "dust", "normal_wear", "user_report",
             "on_site", "curative", 25, "Les rouleaux étaient encrassés : je les ai nettoyés, l’imprimante repart."),
    Incident("PRN", "Traces noires sur les impressions", "component_replaced", "degraded_output", "wear", "normal_wear",
             "user_report", "on_site", "curative", 30, "Le tambour était usé, je l’ai remplacé."),
    Incident("WKS", "Le poste ne démarre plus", "component_replaced", "fails_to_start", "electrical", "power_supply",
             "user_report", "on_site", "curative", 60, "Alimentation changée, rien n’est perdu."),
    Incident("WKS", "Poste bruyant et lent", "cleaned", "noise", "dust", "environment", "user_report", "on_site",
             "curative", 35, "Le ventilateur était plein de poussière. Évitez de poser le poste au sol."),
    Incident("LAP", "Batterie vide en une heure", "component_replaced", "short_battery", "battery_ageing",
             "end_of_life", "user_report", "remote", "curative", 40, "Une batterie neuve est en place."),
    Incident("LAP", "Écran qui scintille", "adjusted", "display_fault", "software", "normal_wear", "user_report",
             "remote", "curative", 20, "Le pilote graphique était ancien ; il est à jour."),
    Incident("SWI", "Un étage sans réseau", "repaired", "no_network", "loose_connection", "installation",
             "monitoring_alarm", "on_site", "curative", 50, "Un cordon mal enclenché coupait la liaison vers l’étage."),
    Incident("AP", "Wi-Fi coupé en salle de réunion", "adjusted", "no_network", "software", "unknown", "user_report",
             "remote", "palliative", 15, "La borne est redémarrée ; sa mise à jour est prévue cette semaine."),
    Incident("SRV", "Disque en préalerte", "component_replaced", "read_write_errors", "wear", "normal_wear",
             "monitoring_alarm", "on_site", "curative", 45, "Disque remplacé à chaud, la grappe s’est reconstruite."),
    Incident("UPS", "Alarme sur batterie", "adjusted", "false_alarm", "unknown", "unknown", "monitoring_alarm",
             "on_site", "curative", 20, "Fausse alerte : l’autotest est bon, le seuil de l’alarme est corrigé."),
)  # fmt: skip
