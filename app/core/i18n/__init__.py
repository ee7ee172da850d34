"""French and English. Catalogues are `app/locale/<language>/*.po`, one file an area, read into memory at start."""

from app.core.i18n.catalogue import (
    LANGUAGES,
    N_,
    Language,
    current_language,
    gettext,
    in_language,
    ngettext,
    set_language,
)

__all__ = ["LANGUAGES", "N_", "Language", "current_language", "gettext", "in_language", "ngettext", "set_language"]
