"""The words of the catalogue of rules (`catalogue.py`) about plain values and texts."""

VALUES = """\
# Strings and numbers | "Property", "Relationship" and the other elements
stringTooLong
    A string is longer than it may be, such as a `name` of more than 64 characters in DTDL v2. Shorten it.
stringInvalid
    A string is not made as it must be: a `name` begins with a letter and holds letters, digits and inner underscores.
durationInvalid
    A string is not an ISO 8601 duration. Write one such as `PT5M`.
valueNotExact
    A number is not the only one allowed: `minMultiplicity` must be 0. Write that, or leave it out.
valueBelowMin
    A number is below the least that is allowed, such as a `maxMultiplicity` of 0. Raise it.
valueAboveMax
    A number is above the most that is allowed. Lower it.
valueBelowRange
    A number is below the range that is allowed, such as a `maxMultiplicity` in DTDL v2 below 1. Raise it.
valueAboveRange
    A number is above the range that is allowed, such as a `maxMultiplicity` in DTDL v2 above 500. Lower it.

# Value objects | "Conformance with JSON and JSON-LD"
valueObjectContext
    A value object has `@context`. Take it out; `@value` and `@type` are allowed.
valueObjectGraph
    A value object has `@graph`. Take it out.
valueObjectId
    A value object has `@id`. Take it out.
valueObjectLanguage
    A value object has `@language`. Take it out; only texts in several languages have it.
valueObjectKeyword
    A value object has a JSON-LD keyword beside `@value` and `@type`. Take it out.
valueObjectInvalidProp
    A value object has a member beside `@value` and `@type`. Take it out.

# Texts in several languages | "Display string localization"
langStringInvalidCode
    An object of texts has a key that is not a language code. Write `en`, `de-CH` or `zh-Hant`: lower case for the
    language, upper case for the country.
langStringValueNotString
    An object of texts has something else than a string for a language. Write a string.
langStringValueTooLong
    A text is longer than it may be in one of its languages. Shorten it.
langMapObjKeyword
    An object of texts has a JSON-LD keyword among its languages. Take it out.
langTagValueInLangMap
    An object of `@value` and `@language` stands where languages lead to texts. Write `{"en": "House"}`, or put the
    object into an array.
langStringElementNotStringOrObject
    A text is neither a string nor an object nor an array of these. Write one of them.
langStringElementNoValue
    One of an array of texts is an object without `@value`. Add the text as `@value`.
langStringElementValueNotString
    One of an array of texts has a `@value` that is not a string. Write a string.
langStringElementCodeNotString
    One of an array of texts has a `@language` that is not a string. Write a language code.
langStringElementInvalidCode
    One of an array of texts has a `@language` that is not a language code. Write `en` or `de-CH`.
langStringElementCodeNotUnique
    Two of an array of texts are for the same language; without `@language`, it is English. Keep one.
langStringElementType
    One of an array of texts has `@type`. Take it out; `@value` and `@language` are allowed.
langStringElementContext
    One of an array of texts has `@context`. Take it out.
langStringElementGraph
    One of an array of texts has `@graph`. Take it out.
langStringElementId
    One of an array of texts has `@id`. Take it out.
langStringElementKeyword
    One of an array of texts has a JSON-LD keyword beside `@value` and `@language`. Take it out.
langStringElementInvalidProp
    One of an array of texts has a member beside `@value` and `@language`. Take it out.
"""
