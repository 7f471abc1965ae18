//! Findings of the first step: from bytes to a typed definition.

use crate::report::{Code, Severity};

super::codes! {
    UNREADABLE = Code {
        id: "unreadable",
        severity: Severity::Error,
        title: "a file cannot be read",
        explanation: "The file does not exist, is a folder, or may not be read. The other files of the run are checked all the same, and \
            the run ends with exit code 4.",
        wrong: "gen-cse validate apimodel.json missing.json",
        right: "gen-cse validate apimodel.json",
        hides_below: true,
    };
    CATALOG = Code {
        id: "catalog",
        severity: Severity::Error,
        title: "a catalog cannot be used",
        explanation: "The file given by `--catalog`, or named in `gen-cse.toml`, has mistakes, which are told with their places in that file; \
            or what it says does not fit together: a default version that is not among its versions, an image of a Windows build that \
            it does not have. `gen-cse schema catalog` prints its JSON Schema.",
        wrong: "{ \"extends\": \"aks-engine\", \"clouds\": { \"public\": { \"default\": \"1.19.1\" } } }",
        right: "{ \"extends\": \"aks-engine\", \"clouds\": { \"public\": { \"default\": \"1.24.17\" } } }",
        hides_below: true,
    };
    JSON_SIZE = Code {
        id: "json-size",
        severity: Severity::Error,
        title: "the file is too large",
        explanation: "A cluster definition or a catalog is a few kilobytes, and one of a thousand pools less than one megabyte. Files of more \
            than 16 MiB, or of more than 200,000 keys and values, are not read at all: they are something else, and reading them could \
            take all memory.",
        wrong: "gen-cse disk.vhd",
        right: "gen-cse apimodel.json",
        hides_below: true,
    };
    JSON_ENCODING = Code {
        id: "json-encoding",
        severity: Severity::Error,
        title: "the file is not UTF-8 text",
        explanation: "JSON is UTF-8. Windows PowerShell 5.1 writes UTF-16 when output is redirected with `>` or `Out-File`; give it \
            `-Encoding utf8`, or save the file as UTF-8 in the editor. A UTF-8 byte order mark is accepted.",
        wrong: "ConvertTo-Json $definition -Depth 20 > apimodel.json",
        right: "ConvertTo-Json $definition -Depth 20 | Set-Content -Encoding utf8 apimodel.json",
        hides_below: true,
    };
    JSON_SYNTAX = Code {
        id: "json-syntax",
        severity: Severity::Error,
        title: "the file is not JSON",
        explanation: "The file must be one JSON object. JSON has no comments, no single quotes, no comma after the last element and \
            no line breaks inside strings. The place is where reading stopped; the cause is there or just before it.",
        wrong: "{ \"apiVersion\": \"vlabs\", }",
        right: "{ \"apiVersion\": \"vlabs\" }",
        hides_below: true,
    };
    JSON_DEPTH = Code {
        id: "json-depth",
        severity: Severity::Error,
        title: "the file is nested too deeply",
        explanation: "Objects and lists may stand in each other at most 100 levels deep. A cluster definition needs less than ten, so \
            deeper nesting is damage or an attack, not a definition.",
        wrong: "{ \"properties\": [[[[[[ ... 200 times ... ]]]]]] }",
        right: "{ \"properties\": { \"masterProfile\": { \"count\": 3 } } }",
        hides_below: true,
    };
    JSON_DUPLICATE_KEY = Code {
        id: "json-duplicate-key",
        severity: Severity::Error,
        title: "a key is given twice",
        explanation: "Keys of a definition match without regard to case, so `count` and `Count` are the same key, and only one of the \
            two values could be used: aks-engine takes the last without a word. Keep one. Keys that are free text (node labels, \
            kubelet flags, tags), and those of a catalog, are the same only when they are written the same.",
        wrong: "{ \"name\": \"winpool\", \"count\": 2, \"Count\": 3 }",
        right: "{ \"name\": \"winpool\", \"count\": 3 }",
        hides_below: false,
    };
    JSON_TYPE = Code {
        id: "json-type",
        severity: Severity::Error,
        title: "a value has the wrong type",
        explanation: "Every key takes one type of value: text in quotes, a whole number, a number, true or false, a list or an object. \
            Numbers and booleans are written without quotes, except in maps of flags and labels such as kubeletConfig, where every \
            value is text. In a definition `null` is the same as leaving the key out.",
        wrong: "{ \"count\": \"3\", \"kubernetesConfig\": { \"kubeletConfig\": { \"--max-pods\": 30 } } }",
        right: "{ \"count\": 3, \"kubernetesConfig\": { \"kubeletConfig\": { \"--max-pods\": \"30\" } } }",
        hides_below: true,
    };
    JSON_VALUE = Code {
        id: "json-value",
        severity: Severity::Error,
        title: "a value is not what its key takes",
        explanation: "Some texts have a form: a date, a version, a URL without query and user, a SHA-256, a certificate as PEM. Other keys \
            take one of a few words, or one of a few kinds of values. The message says which.",
        wrong: "{ \"extends\": \"aks-engine\", \"asOf\": \"soon\" }",
        right: "{ \"extends\": \"aks-engine\", \"asOf\": \"2026-11-25\" }",
        hides_below: true,
    };
    MISSING_KEY = Code {
        id: "missing-key",
        severity: Severity::Error,
        title: "a key is missing",
        explanation: "An object of a catalog lacks a key that it has to have. A file that `extends` a built-in catalog inherits every key \
            that it does not give, so only new entries have to be whole; `null` takes a key away, also an inherited one. `gen-cse schema \
            catalog` prints the JSON Schema with what every key means.",
        wrong: "{ \"extends\": \"aks-engine\", \"kubernetes\": { \"1.24.15\": {} } }",
        right: "{ \"extends\": \"aks-engine\", \"kubernetes\": { \"1.24.15\": { \"clouds\": [\"public\"] } } }",
        hides_below: true,
    };
    UNKNOWN_KEY = Code {
        id: "unknown-key",
        severity: Severity::Error,
        title: "a key is not known",
        explanation: "Neither aks-engine nor aks-engine-azurestack has a key of this name at this place, or no catalog has. An unknown key \
            would be ignored, and with it what was meant by it, so it is refused; case does not matter in a definition. `gen-cse schema` \
            and `gen-cse schema catalog` print JSON Schemas with which an editor completes and checks the keys while you type.",
        wrong: "{ \"name\": \"winpool\", \"nodeCount\": 3 }",
        right: "{ \"name\": \"winpool\", \"count\": 3 }",
        hides_below: false,
    };
    API_VERSION = Code {
        id: "api-version",
        severity: Severity::Error,
        title: "the API version is missing or not known",
        explanation: "The definition says in `apiVersion`, at its top, which model it follows. The only one is `vlabs`, in exactly this \
            spelling; definitions of the acs-engine and AKS resource providers (`2017-07-01` and so on) are other models.",
        wrong: "{ \"apiVersion\": \"v20170701\", \"properties\": {} }",
        right: "{ \"apiVersion\": \"vlabs\", \"properties\": {} }",
        hides_below: true,
    };
    SET_PATH = Code {
        id: "set-path",
        severity: Severity::Error,
        title: "a `--set` has no place in the definition",
        explanation: "`--set path=value` replaces one value before the definition is read. The path is written as in the diagnostics, \
            `properties.agentPoolProfiles[0].count`; `properties.` may be left out. Objects on the way are created; a list grows by at \
            most one element, at the index behind its last.",
        wrong: "gen-cse apimodel.json --set agentPoolProfiles[7].count=3",
        right: "gen-cse apimodel.json --set agentPoolProfiles[0].count=3",
        hides_below: false,
    };
}
