"""Which column is which field: own, English, French and NetBox headers."""

from collections.abc import Sequence

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold

# Own name first: exports use it. NetBox: Tenant, Role, Type, Serial number, Asset tag.
HEADERS: dict[str, tuple[str, ...]] = {
    "tag": ("tag", "asset tag", "numero d'inventaire", "n d'inventaire", "inventaire", "etiquette", "repere"),
    "name": ("name", "nom", "designation", "libelle", "hostname", "nom d'hote"),
    "serial": ("serial", "serial number", "numero de serie", "n de serie", "sn"),
    "external_id": ("external_id", "external id", "identifiant externe", "id externe"),
    "category": ("category", "role", "categorie", "type d'equipement", "famille"),
    "manufacturer": ("manufacturer", "fabricant", "constructeur", "marque"),
    "model": ("model", "type", "device type", "modele", "reference"),
    "customer": ("customer", "tenant", "client"),
    "site": ("site",),
    "location": ("location", "lieu", "emplacement", "local", "salle", "localisation"),
    "rack": ("rack", "baie"),
    "status": ("status", "statut", "etat"),
    "criticality": ("criticality", "criticite"),
    "commissioned_on": ("commissioned_on", "commissioned on", "mise en service", "date de mise en service"),
    "warranty_until": ("warranty_until", "warranty until", "fin de garantie", "garantie jusqu'au"),
    "purchase_cost": ("purchase_cost", "purchase cost", "prix d'achat", "cout d'achat"),
    "currency": ("currency", "devise", "monnaie"),
    "person": ("person", "used by", "utilisateur", "utilisatrice", "personne"),
    "remote_host": ("remote_host", "remote host", "adresse", "hote distant"),
    "remote_url": ("remote_url", "remote link", "lien", "acces distant"),
    "notes": ("notes", "comments", "commentaires", "remarques"),
}
FIELDS = tuple(HEADERS)


def _key(header: str) -> str:
    return " ".join(fold(header).replace("°", "").replace("_", " ").split())


BY_HEADER = {_key(name): field for field, names in HEADERS.items() for name in names}


def _fields(header: Sequence[str]) -> list[str | None]:
    """NetBox's "Type" is the model; beside a column for the model (GLPI, many a sheet) it is the category."""
    keys = [_key(title) for title in header]
    fields = [BY_HEADER.get(key) for key in keys]
    if "type" in keys and fields.count("model") > 1 and "category" not in fields:
        fields[keys.index("type")] = "category"
    return fields


def columns_of(header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Field -> position, and the headers that nothing is known about.

    Raises InvalidInput where a field has two columns, or none says what or where a piece is.
    """
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for position, (title, field) in enumerate(zip(header, _fields(header), strict=True)):
        if field is None:
            ignored.append(title)
        elif field in columns:
            raise InvalidInput("column_twice", N_("Two columns mean the same: “%(title)s”."), title=title)
        else:
            columns[field] = position
    if not columns.keys() & {"tag", "serial", "name", "external_id", "model"} or not columns.keys() & {"site", "tag"}:
        raise InvalidInput(
            "no_known_columns",
            N_("The first line must name the columns; a site, and a name, tag, serial or model are needed."),
        )
    return columns, tuple(title for title in ignored if title)
