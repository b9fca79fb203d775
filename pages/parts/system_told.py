"""What is wrong with the state database or a setting, as the pages say it to whoever can mend it."""

from kpi.words import marked

DATABASE = {
    "The state database {where} cannot do this: {why}. {hint}": marked(
        "The state database {where} cannot do this: {why}. {hint}"
    ),
    "Its tables are missing or old; start 'fairlead up' once, which brings them up to date.": marked(
        "Its tables are missing or old; start fairlead up once, which brings them up to date."
    ),
    "Check that the folder exists and may be written.": marked(
        "Check that the folder exists and may be written."
    ),
    "Another process kept it for over {n} seconds; end that one or try again.": marked(
        "Another process kept it for over {n} seconds; end that one or try again."
    ),
    "It was opened for reading only.": marked("It was opened for reading only."),
    "Make room on the disk.": marked("Make room on the disk."),
    "Check that the server runs and that the address, user and password are right.": marked(
        "Check that the server runs and that the address, user and password are right."
    ),
    "The state database {where} was too busy: {n} attempts met other people's changes. Try again.": marked(
        "The state database {where} was too busy: {n} attempts met other people's changes. Try again."
    ),
    "The connection to the state database broke while saving: the change may or may not be there; look before you "
    "repeat it.": marked(
        "The connection to the state database broke while saving: the change may or may not be "
        "there; look before you "
        "repeat it."
    ),
    "The address of the state database is not a URL; write {example}": marked(
        "The address of the state database is not a URL; write {example}"
    ),
    "The state database needs a file, not memory; write {example}": marked(
        "The state database needs a file, not memory; write {example}"
    ),
    "The state database is '{kind}'; it can be 'sqlite' or 'postgresql'.": marked(
        "The state database is “{kind}”; it can be sqlite or postgresql."
    ),
}
SETTINGS = {
    "Setting {name} ({variable}) is '{value}': {why}.": marked(
        "The setting {name} ({variable}) is “{value}”: {why}."
    ),
    "Setting {name} ({variable}) cannot be read: {why}": marked(
        "The setting {name} ({variable}) cannot be read: {why}"
    ),
    "'{reference}' names a variable that is not set; set {variable} and try again.": marked(
        "“{reference}” names a variable that is not set; set {variable} and start again."
    ),
    "Every user of this machine can read or change {file}; run: {command}": marked(
        "Every user of this machine can read or change {file}; run: {command}"
    ),
    "The secret in {name} ({variable}) {why}; {way_out}.": marked(
        "The secret in {name} ({variable}) {why}; {way_out}."
    ),
    "holds '{word}', as examples do": marked("holds “{word}”, as examples do"),
    "has fewer than {least} characters, or repeats a few": marked(
        "has fewer than {least} characters, or repeats a few"
    ),
    "make a new one at the provider": marked("make a new one at the provider"),
    "give the database's user another password": marked("give the database's user another password"),
    "sign-in with an OpenID provider needs it; docs/deployment.md shows where to find it": marked(
        "sign-in with an OpenID provider needs it; docs/deployment.md shows where to find it"
    ),
    "write the https:// address of the provider": marked("write the https:// address of the provider"),
    "write the whole address that people open, such as {example}": marked(
        "write the whole address that people open, such as {example}"
    ),
    "without sign-in the pages are served to this machine only; set FAIRLEAD_SIGN_IN=local (or "
    "oidc), or use one of "
    "{hosts} and a tunnel (ssh -L) to look from elsewhere": marked(
        "without sign-in the pages are served to this machine only; set FAIRLEAD_SIGN_IN=local (or "
        "oidc), or use one of "
        "{hosts} and a tunnel (ssh -L) to look from elsewhere"
    ),
    "passwords must not travel in the open; put a proxy with TLS before the pages and set "
    "FAIRLEAD_PUBLIC_URL to the "
    "https:// address that people open": marked(
        "passwords must not travel in the open; put a proxy with TLS before the pages and set "
        "FAIRLEAD_PUBLIC_URL to "
        "the https:// address that people open"
    ),
    "write group=role, with one of {roles}": marked("write group=role, with one of {roles}"),
    "Input should be {choices}": marked("it can be {choices}"),
    "Input should be a valid integer, unable to parse string as an integer": marked(
        "it has to be a whole number"
    ),
    "Input should be greater than or equal to {least}": marked("it has to be at least {least}"),
    "Input should be less than or equal to {most}": marked("it has to be at most {most}"),
}
