"""The words of other languages that servers refuse mail in, put into English.

Servers of Spanish, Portuguese, Italian, French, German, Dutch and Polish providers say what all
others say, in their own words and often without accents. One word after another becomes English,
so that the tables of phrases have to know one language only. The order of the words stays:
"existiert nicht" becomes "exist not".

No key may be an English word: one key in a text has the whole text put into English.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_WORDS = {
    "mailbox": (
        "buzon casilla casella boite bal postfach mailfach caixa postvak postbus brievenbus "
        "skrzynka"
    ),
    "account": "cuenta compte konto conto benutzerkonto",
    "user": "usuario utente utilisateur benutzer utilizador teilnehmer gebruiker uzytkownik",
    "recipient": (
        "destinatario destin destinataire adressat empfanger empfaenger empfangers empfaengers "
        "ontvanger odbiorca geadresseerde"
    ),
    "address": (
        "direccion indirizzo adresse endereco empfangeradresse empfaengeradresse mailadresse adres"
    ),
    "sender": (
        "remitente mittente expediteur emetteur absender absenderadresse remetente afzender nadawca"
    ),
    "domain": "dominio domaine domane domaene domein domena",
    "server": "servidor serveur",
    "message": "mensaje messaggio nachricht mensagem courriel bericht wiadomosc",
    "messages": "mensajes messaggi nachrichten mensagens courriels berichten",
    "email": "correo correio posta",
    "connections": "conexiones connessioni connexion connexions verbindungen conexoes",
    "unknown": (
        "desconocido desconocida sconosciuto sconosciuta inconnu inconnue unbekannt unbekannte "
        "unbekannter unbekanntes desconhecido desconhecida onbekend onbekende nieznany nieznana"
    ),
    "nonexistent": "inexistente inesistente inexistant inexistante",
    "exist": "existe esiste existiert bestaat istnieje",
    "not exist": "n'existe",
    "not": "nicht nao non pas niet nie",
    "no": "kein keine ningun ninguna nessun nessuna aucun aucune geen",
    "found": "encontrado encontrada trovato trovata trouve trouvee gefunden gevonden",
    "invalid": (
        "invalido invalida invalide ungultig ungueltig ungultige ungueltige ongeldig ongeldige"
    ),
    "valid": "valido valida valide gultig gueltig gultige geldig geldige",
    "full": "lleno llena pieno piena plein pleine voll cheio cheia vol",
    "exceeded": (
        "excedido excedida superado superada superato superata depasse depassee uberschritten "
        "ueberschritten overschreden przekroczono"
    ),
    "quota": "cuota",
    "space": "espacio spazio espace speicherplatz espaco",
    "disabled": (
        "deshabilitado deshabilitada desactivado desactivada disabilitato disabilitata "
        "disattivato disattivata desactive desactivee deaktiviert gesperrt desativado desativada "
        "uitgeschakeld geblokkeerd"
    ),
    "suspended": "suspendido suspendida sospeso sospesa suspendu suspendue suspenso suspensa",
    "inactive": "inactivo inactiva inattivo inattiva inactif inativo inativa inaktiv",
    "closed": "cerrado cerrada chiuso chiusa ferme fermee geschlossen encerrado encerrada gesloten",
    "expired": "expirado expirada scaduto scaduta expire expiree abgelaufen verlopen",
    "wrong": "errato errata errado errada incorrecto incorrecta falsch falsche",
    "available": "disponible disponibile disponivel verfugbar verfuegbar beschikbaar",
    "too large": "volumineux",
    "new": "nueva nuevo nouvelle nouveau nuova nuovo neue neuen",
    "rejected": (
        "rechazado rechazada rifiutato rifiutata rejete rejetee abgelehnt abgewiesen rejeitado "
        "rejeitada geweigerd geweigerde odrzucona odrzucono recusada"
    ),
    "refused": "refusee verweigert recusado recusada",
    "denied": "denegado denegada negato negata",
    "blocked": (
        "bloqueado bloqueada bloqueados bloqueadas bloccato bloccata bloccati bloccate bloque "
        "bloquee bloques bloquees blockiert gesperrte"
    ),
    "list": "lista liste",
    "black": "negra nera noire schwarze schwarzen",
    "policy": "politica politicas politiche politique richtlinie richtlinien",
    "as": "als como comme",
    "considered": "considerado considerada considerato considere eingestuft erkannt",
    "too many": "demasiados demasiadas troppi troppe trop zuviele muitos muitas",
    "try": "intente intentelo riprovare riprova veuillez versuchen tente",
    "later": "tarde tardi tard spater spaeter",
    "your": "su suo votre ihre ihr seu sua",
    "with": "mit con avec com",
    "of": "de del di des du",
    "the": "el la le il der die das den dem",
}

GLOSSARY: Mapping[str, str] = MappingProxyType(
    {foreign: english for english, words in _WORDS.items() for foreign in words.split()}
)
"""Foreign word, in lower case and without accents: English."""

_WORD = r"(?:\b[ld]')?\b([a-z]+(?:'[a-z]+)?)"  # an article may be joined: l'adresse, dell'utente
_MARKS = ".,;:!?'\"()[]"
_TOO_SHORT = 3
"""Letters of an article or preposition, which alone make no text foreign ("la", "die", "de")."""


def in_english(words: str) -> str:
    """`words` with the foreign ones put into English; an English text stays as it is."""
    plain = (word.strip(_MARKS) for word in words.split())
    if not any(len(word) > _TOO_SHORT and word in GLOSSARY for word in plain):
        return words
    return re.sub(_WORD, lambda match: GLOSSARY.get(match[1], match[0]), words)
