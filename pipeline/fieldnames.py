"""Name the fields of a posting as feeds, boards and tables do, in the languages that were seen: data only.

Names are folded: small letters and digits, accents gone (`fold`). The earlier name of a row wins.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _names(row: str) -> tuple[str, ...]:
    return tuple(row.split())


TITLE = _names(
    """
    title jobtitle positiontitle vacancytitle adtitle offertitle jobname positionname name role rolename
    jobrole designation headline intitule intituleposte intituleoffre titre titreposte titreoffre poste
    libelle libelleposte emploi stellenbezeichnung stellentitel berufsbezeichnung bezeichnung titel
    jobtitel stelle beruf titulo tituloempleo puesto nombrepuesto cargo nombre vacante nazev nazevpozice
    nazevpracovnihomista pozice profese stillingsbetegnelse stillingstitel stilling overskrift
    titolo qualifica mansione stanowisko nazwastanowiska tytul titulodavaga vaga tjanst yrke yrkestitel
    functietitel functienaam functie vacaturetitel position jobposition occupation jobopeningname text
    """
)
COMPANY = _names(
    """
    company companyname companytitle employer employername employercompany organization organisation
    organizationname hiringorganization hiringcompany hiringorg advertiser advertisername recruiter
    businessname subcompany societe nomsociete entreprise nomentreprise raisonsociale recruteur
    employeur nomemployeur unternehmen firma firmenname arbeitgeber unternehmensname empresa
    nombreempresa compania empleador zamestnavatel spolecnost nazevfirmy nazevspolecnosti virksomhed
    azienda nomeazienda ragionesociale pracodawca nazwafirmy nomedaempresa foretag arbetsgivare
    virksomhedsnavn arbejdsgiver bedrijf bedrijfsnaam werkgever client brand publisher author creator
    """
)
PLACE = _names(
    """
    city location locations joblocation joblocations locationname locationstext town municipality
    workplace worklocation placeofwork place office jobcity jobplace jobgeo candidaterequiredlocation
    locationrestrictions ville lieu lieutravail lieudetravail localisation commune localite ort stadt
    arbeitsort standort einsatzort dienstort ciudad lugar lugartrabajo localidad poblacion ubicacion
    mesto lokalita mistovykonuprace mistovykonu misto by bynavn arbejdssted arbejdsstedby kommune plaats
    citta luogo luogodilavoro sede miasto lokalizacja miejscepracy cidade stad arbetsort
    standplaats werklocatie coverage address adresse region
    """
)
MORE_PLACE = _names(
    """
    region state province departement bundesland country pays land pais
    """
)
DATE = _names(
    """
    publicationdate datepublication datepublicationoffre datedepublication datedeparution pubdate
    dateposted posteddate postdate postedat posted published publishedat publishedon publishdate
    firstpublished publicationstartdate postingdate releaseddate datepublished opendate date created
    createdat datecreated creationdate datecreation dateparution dateoffre issued veroeffentlicht
    veroffentlicht veroffentlichungsdatum veroeffentlichungsdatum erstellt datum eingestellt online
    fecha fechapublicacion fechadepublicacion datumzverejneni datumvystaveni zverejneno datumvlozeni
    datapubblicazione datapublikacji datadodania datadepublicacao publiceringsdatum publicerad
    dato oprettet publiceret publiceringsdato opslagsdato publicatiedatum geplaatst epoch updated
    updatedat lastupdated modified
    """
)
LAST_DAY = _names(
    """
    expirationdate expirydate expires expiresat expireson expiry validthrough validuntil enddate
    closingdate closeat closesat closedate deadline applicationdeadline applyby advertiseto datefin
    datelimite datecloture dateexpiration datefinpublication ablaufdatum bewerbungsfrist gueltigbis
    gultigbis bewerbungsschluss fechafin fechacierre fechalimite fechaexpiracion platnost platido
    platnostdo datumukonceni ansogningsfrist sidsteansogningsdato sluitingsdatum
    """
)
TEXT = _names(
    """
    description descriptionhtml htmldescription jobdescription jobdescriptionhtml positiondescription
    fulldescription longdescription content contenthtml htmlcontent jobcontent body html texthtml texte
    descriptif descriptifposte descriptifoffre descriptionposte descriptionoffre descriptiondeposte
    contenu beschreibung stellenbeschreibung jobbeschreibung stellentext beschreibungstext inhalt
    descripcion descripcionpuesto descripcionoferta contenido popis popispozice popisprace beskrivelse
    jobbeskrivelse stillingsbeskrivelse stillingstekst annoncetekst omschrijving functieomschrijving
    vacaturetekst encoded descriptionplain descriptiontext contenttext summary jobsummary text fulltext
    jobad adtext details desc jobdesc jd jobtext jobdetails
    roledescription postingtext posting advert adverttext vacancydescription descriptionraw rawtext
    textcontent annoncetext opis opisstanowiska trescogloszenia descrizione descrizioneofferta testoannuncio
    descricao descricaodavaga beskrivning annonstext
    """
)
MORE_TEXTS: dict[str, tuple[str, ...]] = {
    "Responsibilities": _names(
        """
        responsibilities responsibility duties tasks whatyoulldo jobduties majorduties
        """
    ),
    "Missions": _names("missions mission taches"),
    "Aufgaben": _names("aufgaben aufgabe taetigkeit ihreaufgaben"),
    "Funciones": _names("funciones tareas responsabilidades"),
    "Náplň práce": _names("naplnprace napln"),
    "Arbejdsopgaver": _names("arbejdsopgaver opgaver"),
    "Requirements": _names(
        """
        requirements requirement jobrequirements minimumrequirements mustrequirements musthave
        candidaterequirements required requiredskills requiredqualifications
        """
    ),
    "Qualifications": _names("qualifications qualification minimumqualifications"),
    "Profil": _names("profile profil profilrecherche profilcandidat profildemande ihrprofil"),
    "Anforderungen": _names("anforderungen anforderung qualifikation qualifikationen voraussetzungen"),
    "Requisitos": _names("requisitos perfil requisitosminimos"),
    "Požadavky": _names("pozadavky pozadujeme pozadavkynauchazece"),
    "Kvalifikationer": _names("kvalifikationer kompetencer"),
    "Functie-eisen": _names("functieeisen eisen"),
    "Skills": _names(
        """
        skills skill competences competencies competenzen tags keywords technologies techstack
        """
    ),
    "Experience": _names("experience experiencerequirements yearsofexperience"),
    "Education": _names("education educationrequirements formation"),
    "Nice to have": _names(
        """
        preferred nicetohave preferredqualifications preferredskills preferredrequirements desirable
        desired bonus optional goodtohave advantageous vonvorteil wuenschenswert atouts souhaite
        deseable valorable vyhodou
        """
    ),
    "Benefits": _names("benefits perks whatweoffer offer weoffer"),
    "Wir bieten": _names("wirbieten angebot leistungen"),
    "Avantages": _names("avantages nousoffrons"),
    "Ofrecemos": _names("ofrecemos beneficios"),
    "Nabízíme": _names("nabizime benefity"),
    "Vi tilbyder": _names("vitilbyder tilbyder"),
}
"""The heading that a field of more text gets, and the names it goes by."""

HEADINGS = {name: heading for heading, row in MORE_TEXTS.items() for name in row}

NUMBER = _names(
    """
    id jobid postingid guid reference referencenumber ref reqid requisitionid identifier uuid slug
    shortcode numero numeroffre refoffre kennziffer referenz referencia cislo jobreference vacancyid
    offerid key code
    """
)
LINK = _names(
    """
    url link joburl joblink detailurl absoluteurl hostedurl postingurl pageurl permalink sourceurl
    jobposturl lien urloffre lienoffre stellenurl enlace odkaz href applyurl applicationurl guid
    """
)
EMPLOYMENT = _names(
    """
    employmenttype jobtype contracttype contract positiontype typeofemployment worktype timetype
    employmentform commitment typecontrat contrat typedecontrat vertragsart beschaftigungsart
    anstellungsart arbeitszeit tipocontrato jornada uvazek typuvazku pracovnipomer ansaettelsesform
    dienstverband schedule
    """
)
SALARY = _names(
    """
    salary salaryrange salarytext compensation pay wage remuneration basesalary salaire gehalt vergutung
    lohn entgelt salario sueldo retribucion plat mzda lon salaris
    """
)
SALARY_LOW = _names(
    """
    minamount salarymin minsalary minimumsalary salaryfrom salarymini salaryminimum salairemin gehaltvon
    """
)
SALARY_HIGH = _names(
    """
    maxamount salarymax maxsalary maximumsalary salaryto salarymaxi salarymaximum salairemax gehaltbis
    """
)
CURRENCY = _names(
    """
    salarycurrency currency currencycode devise wahrung moneda mena
    """
)
PERIOD = _names(
    """
    salaryperiod salaryinterval salaryunit payperiod interval period
    """
)
REMOTE = _names(
    """
    remote isremote telecommuting remotetype workplacetype workmode teletravail homeoffice
    remoteworktype
    """
)
SENIORITY = _names(
    """
    seniority senioritylevel experiencelevel joblevel careerlevel level niveau experiencecode
    """
)
STATUS = _names(
    """
    status jobstatus postingstatus offerstatus vacancystatus statut stav etat estado
    """
)
OPEN = _names(
    """
    active isactive published ispublished isopen open online islisted acceptingapplications canapply
    visible
    """
)
OVER = _names(
    """
    closed isclosed expired isexpired archived isarchived filled deleted paused ispaused inactive
    deactivated
    """
)

CLOSED_STATES = frozenset(
    _names(
        """
        expired closed archived filled inactive paused unpublished deleted ended withdrawn cancelled
        canceled suspended expiree expire cloturee cloture fermee pourvue abgelaufen geschlossen besetzt
        deaktiviert cerrada caducada ukoncena ukonceno neaktivni pozastavena lukket udlobet gesloten
        verlopen onhold scaduta scaduto chiusa chiuso zakonczona wygasla nieaktualna encerrada stangd
        """
    )
)
"""Folded words of a field of status that say a posting is over."""

NO_TEXT = frozenset(("", "nan", "none", "null", "n/a", "undefined", "nil", "nat", "<na>", "#n/a"))
"""What programs write where there is nothing."""


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Return a field's name as the tables have it: `Date_Parution` and `dateParution` are one."""
    flat = unicodedata.normalize(
        "NFKD", name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("æ", "ae")
    )
    return re.sub(r"[^a-z0-9]", "", flat.lower())


def says_nothing(text: str) -> bool:
    """Return True for "nan", "None", "N/A" and their like."""
    return len(text) < 24 and text.strip().lower() in NO_TEXT
