"""What people write above the columns of their files, beside our own names, in three languages.

Case, accents, apostrophes and full stops do not count when a heading is compared: "Tél." is "tel". What
often stands beside another heading of the same column (Mobile, Section) is not taken: twice is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

RUNNING: Final = frozenset({"no", "n", "nr", "num"})
"""Headings, folded, of a pupil's number that in a class list may be nothing but the place in the list."""

ALSO: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "number": (
            *("student number", "pupil number", "student no", "pupil no", "student id", "pupil id", "id"),
            *("no", "nr", "num", "reg no", "registration number", "register number", "admission no"),
            *("admission number", "numéro", "n°", "matricule", "numéro matricule", "n° matricule"),
            *("numéro de l'élève", "n° élève", "n° d'élève", "matrícula", "número de matrícula"),
            *("número del alumno", "n° de matrícula", "código del alumno"),
        ),
        "given_names": (
            *("first name", "first names", "given name", "given", "forename", "forenames", "christian name"),
            *(
                "firstname",
                "prénom",
                "prénoms",
                "prénom(s)",
                "nombres",
                "prénom de l'élève",
                "prénoms de l'élève",
                "nombre",
            ),
            *("nombre(s)", "nombre del alumno", "nombres del alumno", "primer nombre"),
        ),
        "family_name": (
            *("last name", "lastname", "surname", "family", "nom", "nom de famille", "nom de l'élève"),
            *("apellido", "apellidos", "apellido(s)", "primer apellido", "apellidos del alumno"),
        ),
        "preferred_name": ("nickname", "known as", "nom d'usage", "prénom usuel", "apodo", "nombre usual"),
        "sex": ("gender", "sexe", "sexo", "genre", "género", "m f", "f m", "sex m f", "sexe f m", "sexe m f"),
        "birth_date": (
            *("date of birth", "dob", "d o b", "birthdate", "birthday", "born", "born on", "date naissance"),
            *("date de naissance", "né le", "née le", "né(e) le", "ddn", "fecha de nacimiento"),
            *("fecha nacimiento", "fecha nac", "f nacimiento", "nacimiento", "nacido el"),
        ),
        "birth_place": (
            *("place of birth", "birthplace", "lieu de naissance", "lieu naissance", "né(e) à"),
            "lugar de nacimiento",
        ),
        "nationality": ("nationalité", "nacionalidad", "citizenship"),
        "address": ("home address", "adresse", "domicile", "dirección", "domicilio"),
        "phone": (
            *("telephone", "tel", "tel no", "phone no", "phone number", "telephone number", "home phone"),
            *("contact number", "téléphone", "numéro de téléphone", "teléfono", "número de teléfono", "telf"),
        ),
        "institution": (
            *("school", "école", "établissement", "escuela", "colegio", "institución", "centro"),
        ),
        "grade": ("form", "grade level", "niveau", "grado", "nivel"),
        "class": ("class name", "classroom", "classe", "clase"),
        "starts_on": (
            *("start date", "enrolled on", "enrolment date", "admission date", "date of admission"),
            *("date d'entrée", "date d'inscription", "fecha de ingreso", "fecha de inscripción"),
        ),
        "repeater": ("repeating", "redoublant", "redouble", "repite", "repitente", "repetidor"),
        "guardian_given_names": ("prénom du tuteur", "nombre del tutor legal"),
        "guardian_family_name": ("guardian surname", "nom de famille du tuteur", "apellido del tutor"),
        "guardian_name": (
            *("guardian", "parent", "parent name", "parent's name", "parent guardian", "guardian's name"),
            *("parent or guardian", "name of guardian", "name of parent", "next of kin", "tuteur", "tutor"),
            *("nom du tuteur", "parent tuteur", "responsable", "responsable légal", "représentant légal"),
            *("nombre del tutor", "padre o tutor", "representante", "acudiente", "apoderado", "encargado"),
        ),
        "guardian_relation": (
            *("relation", "relationship", "lien", "lien de parenté", "parentesco", "relación"),
            "relation to pupil",
        ),
        "guardian_phone": (
            *("parent phone", "parent tel", "parent's phone", "parent contact", "guardian's phone"),
            *("guardian tel", "parents' phone", "emergency phone", "emergency contact number"),
            *("téléphone du tuteur", "tél du tuteur", "téléphone des parents", "tél des parents"),
            *("teléfono del tutor", "teléfono de los padres", "tel del tutor", "teléfono del representante"),
        ),
        "mother_name": (
            *("mother", "mother's name", "name of mother", "mère", "nom de la mère", "madre"),
            "nombre de la madre",
        ),
        "mother_phone": (
            *("mother's phone", "mother tel", "mother's tel", "téléphone de la mère", "tél de la mère"),
            *("teléfono de la madre", "tel de la madre", "mother contact"),
        ),
        "father_name": (
            *("father", "father's name", "name of father", "père", "nom du père", "padre"),
            "nombre del padre",
        ),
        "father_phone": (
            *("father's phone", "father tel", "father's tel", "téléphone du père", "tél du père"),
            *("teléfono del padre", "tel del padre", "father contact"),
        ),
        "subject": ("matière", "discipline", "materia", "asignatura"),
        "term": ("trimestre", "semestre", "período", "période"),
        "item": (
            *("assessment", "assessment name", "test", "test name", "épreuve", "évaluation", "contrôle"),
            *("prueba", "evaluación"),
        ),
        "mark": (
            *("marks", "score", "note", "notes", "résultat", "points", "nota", "notas", "calificación"),
            *("puntaje", "puntuación", "result"),
        ),
        "maximum": (
            *("out of", "max", "max mark", "maximum mark", "sur", "note maximale", "barème", "máximo"),
            *("nota máxima", "puntaje máximo", "sobre"),
        ),
        "weight": ("weighting", "coefficient", "coef", "poids", "peso", "ponderación"),
        "part": ("partie", "parte"),
        "year": ("school year", "academic year", "année scolaire", "année", "año escolar", "año"),
        "possible": (
            *("days open", "school days", "jours d'école", "jours de classe", "días de clase"),
            "días lectivos",
        ),
        "absent": (
            *("absences", "days absent", "jours d'absence", "días de ausencia", "ausencias", "faltas"),
            "inasistencias",
        ),
        "excused": (
            *("days excused", "excused absences", "absences excusées", "absences justifiées", "justifiées"),
            *("faltas justificadas", "ausencias justificadas", "justificadas"),
        ),
        "guardian_number": ("guardian id", "parent id", "numéro du tuteur", "número del tutor"),
        "guardian_email": ("parent email", "parent e-mail", "courriel du tuteur", "correo del tutor"),
        "email": (
            *("e mail", "email address", "e mail address", "courriel", "adresse électronique"),
            *("correo", "correo electrónico", "adresse e mail"),
        ),
        "priority": (
            *("contact priority", "contact order", "order", "priorité", "ordre d'appel", "prioridad"),
            "orden de llamada",
        ),
        "may_collect": (
            *("can collect", "may pick up", "authorised to collect", "peut venir chercher l'élève"),
            *("peut venir chercher", "autorisé à venir chercher", "puede recoger", "autorizado a recoger"),
        ),
        "court_order": (
            *("court order in force", "décision de justice", "ordonnance du tribunal", "orden judicial"),
            "ordonnance",
        ),
        "same_person": ("person", "même personne", "misma persona"),
        "staff_number": (
            *("staff id", "staff no", "teacher number", "teacher id", "employee number", "employee no"),
            *("payroll number", "matricule de l'enseignant", "número de empleado", "código del docente"),
        ),
        "post": (
            *("role", "position", "job title", "job", "poste", "fonction", "puesto", "cargo", "función"),
            "position title",
        ),
        "employment": (
            *("employment status", "contract", "type of employment", "type d'emploi", "contrat"),
            *("statut d'emploi", "tipo de empleo", "contrato", "tipo de contrato"),
        ),
        "ends_on": (
            *("end date", "last day", "left on", "date left", "leaving date", "date de fin"),
            *("date de départ", "date de sortie", "fecha de fin", "fecha de salida", "fecha de baja"),
        ),
        "end_reason": ("reason for ending", "motif de fin", "motivo de cese"),
        "outcome": (
            *("result of the year", "decision", "décision", "décision de fin d'année"),
            *("resultado del año", "resultado final", "promoción"),
        ),
        "exit": ("left because", "type de sortie", "tipo de salida"),
        "exit_reason": (
            *("reason for leaving", "leaving reason", "motif de départ", "motif de sortie"),
            *("motivo de salida", "motivo de baja", "motivo del retiro"),
        ),
        "date": ("day", "jour", "fecha", "día", "attendance date", "date d'absence", "fecha de asistencia"),
        "session": ("am pm", "séance", "demi-journée", "sesión", "jornada", "half day", "turno"),
        "code": (
            *("status", "attendance", "attendance code", "présence", "code d'absence", "statut"),
            *("asistencia", "estado", "código", "código de asistencia", "absence code"),
        ),
        "late": ("times late", "lateness", "retards", "retard", "tardanzas", "retrasos", "atrasos"),
    }
)
"""Other headings of a column, by its name; also those of the kinds of files that share it."""
