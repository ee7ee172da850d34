"""Words as cases are found by: accents, case, plurals and endings aside, French and English alike.

Whatever language a case was written in, its words become the same stems; both databases compare stems and nothing
else, so that they answer alike. An ending is taken off too much rather than too little: asked and kept words lose it
both, and a stranger that is met by it stands lower in the list.
"""

import re
from collections.abc import Iterable

from app.core.i18n.folding import fold

MOST = 400  # stems of one case
ASKED = 12  # words of one question
LONGEST = 60  # signs of a word; PostgreSQL's index takes no more than 2046 bytes

# What says nothing about a case, in either language, folded.
NOTHING = """
    a an and are as at be but by can could did do does for from had has have he her him his how if in into is it
    its no not of off on or our she so some still than that the their them then there they this to too up was we
    were what when where which who why will with would you your ai ainsi alors apres au aucun aussi autre aux
    avait avant avec avoir car ce cela ces cet cette chez comme dans de deja depuis des donc du elle elles en
    encore entre est et etait etant ete etre eu fait faire il ils je la le les leur leurs lors lui ma mais me
    meme mes mon ne ni nos notre nous on ont ou par pas peu peut plus pour puis qu quand que qui quoi sa sans se
    sera ses si son sont sous suite sur ta te tes toi ton tous tout toute toutes tres tu un une vers vos votre
    vous
"""
EMPTY = frozenset(NOTHING.split())

# One word for what both languages say in their own; what ends alike (batterie, battery) needs none.
SAME = """
    acces access; accident incident; adresse address; affichage ecran moniteur display monitor screen; alarme
    alert alerte alarm; alimentation power; allumer allume demarrer demarre demarrage boot start; ampoule lamp;
    appareil device; arreter arrete arret stop; bloque bloquer bourrage bourre stuck block jam; borne hotspot;
    bouton button; bruit bruyant noisy noise; brule burnt burn; capteur sensor; carte card; cartouche cartridge;
    casse broken; chaleur chauffe heat; charge load; chargeur charger; chaud hot; clavier keyboard;
    climatisation clim cooling; commutateur switch; coupure outage; courroie belt; couvercle cover; disque drive
    disk; eau water; encrasse dirty; encre ink; erreur error; eteindre eteint shutdown; fichier file; filtre
    filter; fuite leak; fumee smoke; fusible fuse; gonfle swollen; imprimante printer; imprimer imprime
    impression print; interrupteur switcher; lent lenteur ralenti slow; licence license; lien link; logiciel
    software; manquant missing; memoire memory; micrologiciel firmware; modele model; nettoyer nettoye nettoyage
    clean; numerique digital; odeur smell; onduleur ups; ordinateur poste workstation computer; panne breakdown
    failure; papier paper; perdu lost; pile cell; pilote driver; poussiere depoussierer depoussiere
    depoussierage dusty dust; prise socket plug; redemarrer redemarre redemarrage restart reboot; remplacer
    remplace remplacement replacement replace; reparer repare reparation repair; reseau network; rouleau roller;
    sauvegarde backup; serveur server; son sound; souris mouse; surchauffe overheat; surtension surge; tache
    stain; tambour drum; tension voltage; tete head; transfert transfer; usage worn; utilisateur user; vent
    ventilateur ventilation fan; verrou lock; vibre vibrate vibration; virus malware; vis screw; voix voice;
    voyant led
"""
VOWEL = re.compile(r"[aeiouy]")
WORD = re.compile(r"[^\W_]+")


def stem(word: str) -> str:
    """A folded word without its ending: "batteries", "batterie" and "battery" are alike, so are "cleaned" and "clean".

    Codes and numbers (with a digit in them) and words of three letters stay as they are.
    """
    if len(word) < 4 or not word.isalpha():
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 4 and VOWEL.search(root):
            is_doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            word = root[:-1] if is_doubled else root
            break
    short = word.rstrip("e")
    word = short if len(short) >= 3 else word
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith(("eaux", "eux", "oux")):
        return word[:-1]
    if word.endswith("aux"):
        return word[:-3] + "al"
    if word.endswith("au") and not word.endswith("eau"):
        return word[:-2] + "al"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _meanings(table: str) -> dict[str, str]:
    """Each word's stem -> the stem of the last word on its line, which all of the line are kept by."""
    found: dict[str, str] = {}
    for line in table.split(";"):
        words = [stem(word) for word in line.split()]
        found |= dict.fromkeys(words, words[-1])
    return found


MEANING = _meanings(SAME)


def stems(*texts: str | None) -> list[str]:
    """The words that count, in the order in which they stand, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for word in WORD.findall(fold(text)) if text else ():
            if len(word) > 1 and word not in EMPTY:
                root = stem(word[:LONGEST])
                found[MEANING.get(root, root)] = None
    return list(found)


def asked(*texts: str | None) -> list[str]:
    """The words of a question: the first ones, so that a long text costs no more than a short one."""
    return stems(*texts)[:ASKED]


def kept(marks: Iterable[str], *texts: str | None) -> str:
    """All that a case is found by: its marks, such as `_s3` for its site, and its words."""
    return " ".join([*marks, *stems(*texts)[:MOST]])
