"""The words of the catalogue of rules (`catalogue.py`) about elements and what they refer to."""

ELEMENTS = """\
# Documents | "Conformance with JSON and JSON-LD"
notJsonObject
    The text is not JSON, not JSON that can be kept (a key twice, a number beyond 64 bits, `NaN`, nested too deep), or
    holds something else than Interfaces. A document is an Interface or an array of them.
topLevelGraphDisallowed
    An Interface of a document has `@graph`. Write an array of Interfaces instead.
graphDisallowed
    An element has `@graph`. Take it out.
topLevelKeywordDisallowed
    An Interface has a JSON-LD keyword beside `@context`, `@id` and `@type`. Take it out.
keywordDisallowed
    An element within an Interface has a JSON-LD keyword beside `@context`, `@id` and `@type`. Take it out.

# Context | "Context", "Language extensions"
missingContext
    An Interface has no `@context`. Begin it with the version of the language, such as
    `"@context": "dtmi:dtdl:context;3"`.
emptyContext
    `@context` is an empty array. Name the version of the language in it.
invalidContext
    `@context`, or one of its elements, is not a string. Give a DTMI or an array of them.
missingDtdlContext
    `@context` does not begin with a version of the language. Put `dtmi:dtdl:context;2`, `;3` or `;4` first.
dtdlContextFollowsAffiliate
    An extension stands before the version of the language. Put the version first.
unrecognizedContextVersion
    `@context` names a version of DTDL that there is not. There are 2, 3 and 4.
disallowedContextVersion
    The model is of a higher version of DTDL than is accepted here. Write it in a lower one, or accept the higher one
    (`--max-dtdl-version`).
nonDtmiContextSpecifier
    `@context` names something that is not a DTMI. DTDL does not take contexts by their web addresses.
invalidContextSpecifier
    `@context` names a DTMI that is malformed. Mend it; it looks like `dtmi:dtdl:extension:annotation;1`.
invalidContextSpecifierForVersion
    In DTDL v2, `@context` names an extension by a version with a dot. Use a whole number there.
missingContextVersion
    `@context` names a context without its version. Append it: `;1`.
invalidContextFragment
    `@context` names a context with a fragment other than `#limitless` and `#limits`. Take it off.
disallowedContextFragment
    `@context` names a version of DTDL before 4 with a fragment. Take it off.
disallowedLocalContext
    `@context` holds an object that defines terms. Models may use the terms of named contexts only; take it out.
localContextNotLast
    `@context` names more contexts after an object that defines terms. Take the object out.
unresolvableContextSpecifier
    `@context` names an extension that is not known here. Mend its name, take it out, or let unknown extensions pass
    (`--undefined-extensions always`).
unresolvableContextVersion
    `@context` names an extension that is known, in a version that is not. Use a known version.

# Limits | DTDL.Extensions, "Limit extensions"
missingLimitContext
    `dtmi:dtdl:context;4#limitless` is not followed by a context that sets limits. Put one right after it.
misplacedLimitContext
    A context that sets limits does not follow `dtmi:dtdl:context;4#limitless`. Put it right after that.
disallowedLimitContext
    The model asks for raised limits that are not accepted here. Keep to the limits of the language, or accept these
    (`--limits onvif`).

# Ids | "Digital Twin Model Identifier", "Automatic Identifier Assignment"
missingTopLevelId
    An Interface has no `@id`. Give it one, such as `dtmi:com:example:Room;1`.
missingRequiredId
    An element that must have an `@id` there, such as one of an Interface's `schemas`, has none. Give it one.
idNotString
    `@id` is not a string. Give one DTMI as a string.
invalidId
    An `@id` is not a well-formed DTMI, or has a fragment. It looks like `dtmi:com:example:Room;1`: letters, digits and
    inner underscores between the colons, and a version, which DTDL v2 insists on.
idTooLong
    An `@id` is longer than ids may be. Shorten it.
idTooLongForType
    The `@id` of an Interface is longer than it may be, 128 characters by default. Shorten it.
reservedId
    An `@id` begins with a prefix that belongs to the language or to an extension, such as `dtmi:dtdl:`. Use a prefix of
    your own.
undefinedReservedId
    A reference begins with a prefix of the language, which defines no such element. Mend its spelling.
duplicateDefinition
    Two elements have the same `@id`, even if they are the same. Keep one, or give the other another id or version.
missingDtmiSegPropertyValue
    An element among others has neither an `@id` nor the `name` its id would be made from. Give it a `name`.
dtmiSegPropertyNotStringOrNumber
    An element among others has a `name` that is no string, so no id can be made from it. Give it a name.

# Types | "Interface" and the other elements; "Language extensions"
badType
    `@type` is missing, malformed, or names a kind of element that cannot stand there; or a reference leads to such an
    element. The message says which kinds can.
typeNotRootable
    A document holds an element that is not an Interface. Put it into one.
multipleMaterialTypes
    `@type` names two kinds of element. Keep one; what may stand beside it are co-types of extensions.
typeUndefinedTerm
    `@type` names something that the context does not define. Mend its spelling, or add the extension that defines it
    to `@context`.
typeInvalidDtmi
    `@type` names a DTMI that is malformed. Mend it.
typeNotDtmiNorTerm
    `@type` names something that is neither a DTMI nor a term. Use one of these.
typeIrrelevantDtmiOrTerm
    `@type` names something that is defined, but is not a type that the element can have. Take it out.
abstractSupplementalType
    `@type` names a co-type that only groups others, such as all quantities. Name one of those.
invalidCotype
    A co-type stands on a kind of element it is not meant for. Take it off; the message says where it may stand.
invalidCotypeVersion
    A co-type stands on an element of a version of DTDL it is not meant for. Use the extension for that version.
missingCocotype
    A co-type stands without another that it needs beside it. Add that.
disallowedCocotype
    A co-type stands beside another that rules it out. Take one of them off.
conflictingSupplementalTypes
    An element has two semantic types. Keep the one it is.

# Members | "Interface" and the other elements
propertyUndefinedTerm
    An element has a member that neither its kind nor a co-type has. Mend its spelling, or take it out.
noTypeThatAllows
    In DTDL v2, an element has a member that neither its kind nor a co-type has. Mend its spelling, take it out, or add
    the co-type that has it.
inferredTypeDoesNotAllow
    In DTDL v2, an element without `@type` has a member that the kind it is taken for does not have. Mend its spelling,
    or give its `@type`.
propertyIrrelevantDtmiOrTerm
    An element has a member that other elements have, but not this one. Take it out.
propertyInvalidDtmi
    An element has a member named by a malformed DTMI. Mend it.
propertyNotDtmiNorTerm
    An element has a member whose name is neither a DTMI nor a term. Take it out.
duplicatePropertyName
    An element has a member twice, by its term and by its DTMI. Keep one.
propertyValueNull
    A member is `null`. Leave it out.
missingLiteralProperty
    An element lacks a plain value that it must have, such as a `name`. Add it.
missingObjectProperty
    An element lacks an element or term that it must have, such as a `schema`. Add it.
missingSupplementalLiteralProperty
    An element lacks a plain value that a co-type asks for, such as `annotates`. Add it.
missingSupplementalObjectProperty
    An element lacks a term that a co-type asks for, such as the `unit` of a quantity. Add it.
objectMultipleValues
    A member that takes one element has several. Keep one.
objectCountBelowMin
    A member that takes at least one element has none. Add one.
objectCountAboveMax
    A member has more elements than it may, such as more than 300 `contents` in DTDL v2, inherited ones counted. Divide
    the Interface.

# References | "Digital Twins Definition Language", "Digital Twin Model Identifier"
badDtmiOrTerm
    A member names neither an element by its DTMI nor a term of the language. Mend its spelling.
incorrectPropertyValue
    A member names a term of the language that it does not take, such as an Enum's `valueSchema` of `double`. Use one of
    those that the message names.
refNotStringOrObject
    A member that takes an element or an id holds a number or the like. Write an element, or its id as a string.
refObjectNotAllowed
    A member that takes a term, such as `unit`, holds an object. Write the term as a string.
idReference
    An object with nothing but `@id` stands for a reference. Write the id as a plain string.
identifierNotString
    A member that takes an id holds something else. Write one DTMI as a string.
identifierMultipleValues
    A member that takes one id, such as a Relationship's `target`, holds several. Keep one.
identifierNotDtmi
    A member that takes an id holds a string that is not a well-formed DTMI. Mend it.
identifierInvalid
    A member names an id that no element of this version of DTDL can have, such as one without version in v2. Mend it.
identifierTooLong
    A member names an id that is longer than ids may be. Shorten the id.
crossPartitionReference
    An element refers to one that is defined within another Interface, such as one of its `schemas`. Define it in this
    Interface, too.
disallowedVersionReference
    An element refers to one of a version of DTDL that it cannot use: a higher one, or, for its own parts, another one.
    Raise its version, or lower the other's.
disallowedVersionDefinition
    An element holds one whose `@context` names a version of DTDL that it cannot use. Give both the same version.

# Interfaces | "Interface", "Component", "Relationship"
recursiveStructureNarrow
    An Interface extends itself, or has itself as a component, be it through others. Break the circle.
excessiveDepthNarrow
    An Interface extends too many levels deep: 10, and in DTDL v4 12, are allowed. Leave some levels out.
excessiveCount
    An Interface extends too many Interfaces, or has too many elements with all it inherits. Divide it.
nonUniquePropertyValue
    Elements that stand together have the same `name`, `enumValue` or `index`. Give each its own.
nonUniqueImportedPropertyValue
    An Interface declares, or inherits twice, contents of one `name` that are not the same. Rename one; what is
    inherited cannot be declared again.
excludedType
    Something stands where the language rules it out: a Component within a Component, or, in DTDL v2, an Array or a
    geospatial schema in a Property. Use a Relationship, or another schema.
partitionTooLarge
    An Interface has more than a mebibyte of JSON. Divide it.

# Schemas | "Complex schema", "Array", "Enum", "Map", "Object"
recursiveStructureWide
    Before DTDL v4, a schema contains itself, be it through others. Break the circle.
excessiveDepthWide
    A schema is nested too deep: 5 levels, and in DTDL v4 8, are allowed. Flatten it.
nonConformantDatatype
    An `enumValue` is not of the Enum's `valueSchema`. Write it as an integer or as a string.

# What co-types ask for | "Semantic type" and the pages of the extensions
wrongParent
    A quantity has the `unit` of another quantity. Use a unit of its own.
notRequiredType
    A schema, or a field, is not of the kind that a co-type asks for, such as a number for a quantity. Use one that is.
notRequiredValue
    A schema is not one of the few that a co-type asks for. Use one that the message names.
nonConformantPropertyValue
    A number that a co-type adds, such as a `minimum`, is not a value of the element's own schema. Mend it.
parentMissingCotype
    A field has a co-type that may stand only in Objects of a certain co-type. Add that to the Object.
siblingMissingCotype
    A field has a co-type that needs another field beside it with a certain co-type. Add that field.
siblingDuplicatesCotype
    Two fields have a co-type that only one field of an Object may have. Take it off one of them.

# Annotations and overrides | DTDL.annotation, DTDL.overriding
notSiblingRequiredType
    `annotates` names a content that is neither a Property nor Telemetry. Name one that is.
disallowedType
    `annotates` names a content that is an annotation itself. Name what that one annotates.
noMatchingSupplementalProperty
    `overrides` names a member that the annotated content does not have. Name one that a co-type adds to it.
matchingPropertyNotSupplemental
    `overrides` names a member of the language itself. Name one that a co-type adds to the annotated content.
siblingPropertyMismatch
    The schema of an override is not that of the member it overrides. For `unit`, use the enum of the quantity's units,
    such as `LengthUnit`.
multipleReference
    Two overrides are about the same member of the same content. Keep one.
"""
