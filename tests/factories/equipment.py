"""Categories, models and pieces of equipment, straight into the tables."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.equipment.models import Equipment, EquipmentCategory, EquipmentModel
from app.places.models import Site
from tests.factories.people import BEFORE
from tests.factories.places import make_site


def make_category(
    session: Session, name: str = "Switch", parent: EquipmentCategory | None = None, **more: object
) -> EquipmentCategory:
    category = EquipmentCategory(
        name=name[0].upper() + name[1:],
        parent_id=parent.id if parent else None,
        **{"code": name.lower().replace(" ", "-"), "tag_prefix": name[:3].upper(), "created_at": BEFORE} | more,
    )
    session.add(category)
    session.flush()
    return category


def make_model(session: Session, reference: str = "C9200L-24P", **more: object) -> EquipmentModel:
    model = EquipmentModel(reference=reference, **{"manufacturer": "Cisco", "created_at": BEFORE} | more)
    session.add(model)
    session.flush()
    return model


def new_piece(site: Site, category: EquipmentCategory, tag: str, **more: object) -> Equipment:
    """Not added yet: for many at once."""
    usual = {"criticality": "B", "status": "in_service", "qr_token": f"qr-{tag}", "created_at": BEFORE}
    return Equipment(tag=tag, site_id=site.id, category_id=category.id, **usual | {"updated_at": BEFORE} | more)


def make_piece(
    session: Session, site: Site, category: EquipmentCategory, tag: str = "EQ-1", **more: object
) -> Equipment:
    piece = new_piece(site, category, tag, **more)
    session.add(piece)
    session.flush()
    return piece


def make_equipment(
    session: Session,
    tag: str = "SWI-0001",
    site: Site | None = None,
    category: EquipmentCategory | None = None,
    **more: object,
) -> Equipment:
    """A piece in service, on the first site there is and of the first category, made where there is none yet."""
    site = site or session.scalar(select(Site).order_by(Site.id).limit(1)) or make_site(session)
    first = select(EquipmentCategory).order_by(EquipmentCategory.id).limit(1)
    category = category or session.scalar(first) or make_category(session)
    return make_piece(session, site, category, tag, **more)
