"""Quantities and their units: which names each unit enum has, and which unit enum each semantic type is measured in.

DTDL v2 has these in the core language ("Semantic types and units"); v3 and v4 moved them into the quantitativeTypes
extension, each version of which has everything of the one before it and more.
"""

from functools import cache

# Unit enum -> the names of its units, as DTDL v2 has them.
_CORE_UNITS: dict[str, str] = {
    "AccelerationUnit": "centimetrePerSecondSquared gForce metrePerSecondSquared",
    "AngleUnit": "degreeOfArc minuteOfArc radian secondOfArc turn",
    "AngularAccelerationUnit": "radianPerSecondSquared",
    "AngularVelocityUnit": "degreePerSecond radianPerSecond revolutionPerMinute revolutionPerSecond",
    "AreaUnit": "acre hectare squareCentimetre squareFoot squareInch squareKilometre squareMetre squareMillimetre",
    "CapacitanceUnit": "farad microfarad millifarad nanofarad picofarad",
    "ChargeUnit": "coulomb",
    "CurrentUnit": "ampere microampere milliampere",
    "DataRateUnit": (
        "bitPerSecond bytePerSecond exbibitPerSecond exbibytePerSecond gibibitPerSecond gibibytePerSecond "
        "kibibitPerSecond kibibytePerSecond mebibitPerSecond mebibytePerSecond tebibitPerSecond tebibytePerSecond "
        "yobibitPerSecond yobibytePerSecond zebibitPerSecond zebibytePerSecond"
    ),
    "DataSizeUnit": (
        "bit byte exbibit exbibyte gibibit gibibyte kibibit kibibyte mebibit mebibyte tebibit tebibyte yobibit "
        "yobibyte zebibit zebibyte"
    ),
    "DensityUnit": "gramPerCubicMetre kilogramPerCubicMetre",
    "EnergyUnit": "electronvolt gigajoule joule kilojoule kilowattHour megaelectronvolt megajoule",
    "ForceUnit": "newton ounce pound ton",
    "FrequencyUnit": "gigahertz hertz kilohertz megahertz",
    "IlluminanceUnit": "footcandle lux",
    "InductanceUnit": "henry microhenry millihenry",
    "LengthUnit": (
        "astronomicalUnit centimetre foot inch kilometre metre micrometre mile millimetre nanometre nauticalMile"
    ),
    "LuminanceUnit": "candelaPerSquareMetre",
    "LuminousFluxUnit": "lumen",
    "LuminousIntensityUnit": "candela",
    "MagneticFluxUnit": "maxwell weber",
    "MagneticInductionUnit": "tesla",
    "MassFlowRateUnit": "gramPerHour gramPerSecond kilogramPerHour kilogramPerSecond",
    "MassUnit": "gram kilogram microgram milligram slug tonne",
    "PowerUnit": "gigawatt horsepower kilowatt kilowattHourPerYear megawatt microwatt milliwatt watt",
    "PressureUnit": (
        "bar inchesOfMercury inchesOfWater kilopascal millibar millimetresOfMercury pascal poundPerSquareInch"
    ),
    "ResistanceUnit": "kiloohm megaohm milliohm ohm",
    "SoundPressureUnit": "bel decibel",
    "TemperatureUnit": "degreeCelsius degreeFahrenheit kelvin",
    "TimeUnit": "day hour microsecond millisecond minute nanosecond second year",
    "TorqueUnit": "newtonMetre",
    "Unitless": "percent unity",
    "VelocityUnit": (
        "centimetrePerSecond kilometrePerHour kilometrePerSecond knot metrePerHour metrePerSecond milePerHour "
        "milePerSecond"
    ),
    "VoltageUnit": "kilovolt megavolt microvolt millivolt volt",
    "VolumeFlowRateUnit": "litrePerHour litrePerSecond millilitrePerHour millilitrePerSecond",
    "VolumeUnit": "cubicCentimetre cubicFoot cubicInch cubicMetre fluidOunce gallon litre millilitre",
}

# What quantitativeTypes;1 and ;2 add.
_UNITS_ADDED_BY_1: dict[str, str] = {
    "ApparentEnergyUnit": "gigavoltAmpereHour kilovoltAmpereHour megavoltAmpereHour voltAmpereHour",
    "ApparentPowerUnit": "gigavoltAmpere kilovoltAmpere megavoltAmpere millivoltAmpere voltAmpere",
    "ChargeUnit": "ampereHour milliampereHour",
    "CurrentUnit": "kiloampere",
    "DensityUnit": "microgramPerCubicMetre milligramPerCubicMetre",
    "EnergyUnit": (
        "britishThermalUnit gigawattHour kiloBritishThermalUnit megawattHour milliwattHour terawattHour wattHour"
    ),
    "FrequencyUnit": "millihertz",
    "IonizingRadiationDoseUnit": "gray microgray microsievert milligray millisievert sievert",
    "IrradianceUnit": "wattPerSquareMetre",
    "MagneticInductionUnit": "gauss",
    "MassFlowRateUnit": "massPoundPerHour",
    "MassUnit": "massPound",
    "PowerUnit": (
        "britishThermalUnitPerHour gigajoulePerHour joulePerHour joulePerSecond kiloBritishThermalUnitPerHour "
        "kilojoulePerHour kilojoulePerSecond megajoulePerHour tonOfRefrigeration"
    ),
    "PressureUnit": "decapascal hectopascal",
    "RadioactivityUnit": "becquerel gigabecquerel kilobecquerel megabecquerel",
    "ReactiveEnergyUnit": (
        "gigavoltAmpereReactiveHour kilovoltAmpereReactiveHour megavoltAmpereReactiveHour voltAmpereReactiveHour"
    ),
    "ReactivePowerUnit": (
        "gigavoltAmpereReactive kilovoltAmpereReactive megavoltAmpereReactive millivoltAmpereReactive "
        "voltAmpereReactive"
    ),
    "Unitless": "partsPerBillion partsPerMillion partsPerQuadrillion partsPerTrillion",
    "VolumeFlowRateUnit": (
        "cubicFootPerMinute cubicMetrePerHour cubicMetrePerMinute cubicMetrePerSecond gallonPerHour "
        "gallonPerMinute litrePerMinute millilitrePerMinute"
    ),
}

# What quantitativeTypes;3 adds.
_UNITS_ADDED_BY_3: dict[str, str] = {
    "AccelerationUnit": "kilometrePerSecondSquared millimetrePerSecondSquared",
    "ApparentEnergyUnit": "millivoltAmpereHour",
    "CurrentUnit": "nanoampere picoampere",
    "DynamicViscosityUnit": "centipoise millipascalSecond millipoise pascalSecond poise",
    "GasLeakageRateUnit": (
        "decapascalCubicMetrePerSecond hectopascalCubicMetrePerSecond kilopascalCubicMetrePerSecond "
        "pascalCubicMetrePerSecond"
    ),
    "KinematicViscosityUnit": "centistokes squareMetrePerSecond stokes",
    "ReciprocalLengthUnit": (
        "reciprocalCentimetre reciprocalKilometre reciprocalMetre reciprocalMicrometre reciprocalMillimetre "
        "reciprocalNanometre"
    ),
    "ReciprocalTimeUnit": "reciprocalMinute reciprocalSecond",
    "VelocityUnit": "millimetrePerSecond",
    "VolumeFlowRateUnit": "cubicCentimetrePerMinute cubicCentimetrePerSecond",
}

# Unit enum -> the semantic types measured in it, as DTDL v2 has them.
_CORE_QUANTITIES: dict[str, str] = {
    "AccelerationUnit": "Acceleration",
    "AngleUnit": "Angle Latitude Longitude",
    "AngularAccelerationUnit": "AngularAcceleration",
    "AngularVelocityUnit": "AngularVelocity",
    "AreaUnit": "Area",
    "CapacitanceUnit": "Capacitance",
    "ChargeUnit": "ElectricCharge",
    "CurrentUnit": "Current",
    "DataRateUnit": "DataRate",
    "DataSizeUnit": "DataSize",
    "DensityUnit": "Density Humidity",
    "EnergyUnit": "Energy",
    "ForceUnit": "Force Thrust",
    "FrequencyUnit": "Frequency",
    "IlluminanceUnit": "Illuminance",
    "InductanceUnit": "Inductance",
    "LengthUnit": "Distance Length",
    "LuminanceUnit": "Luminance",
    "LuminousFluxUnit": "LuminousFlux",
    "LuminousIntensityUnit": "LuminousIntensity",
    "MagneticFluxUnit": "MagneticFlux",
    "MagneticInductionUnit": "MagneticInduction",
    "MassFlowRateUnit": "MassFlowRate",
    "MassUnit": "Mass",
    "PowerUnit": "Luminosity Power",
    "PressureUnit": "Pressure",
    "ResistanceUnit": "Resistance",
    "SoundPressureUnit": "SoundPressure",
    "TemperatureUnit": "Temperature",
    "TimeUnit": "TimeSpan",
    "TorqueUnit": "Torque",
    "Unitless": "RelativeHumidity",
    "VelocityUnit": "Velocity",
    "VoltageUnit": "Voltage",
    "VolumeFlowRateUnit": "VolumeFlowRate",
    "VolumeUnit": "Volume",
}

# What quantitativeTypes;1 and ;2 add.
_QUANTITIES_ADDED_BY_1: dict[str, str] = {
    "ApparentEnergyUnit": "ApparentEnergy",
    "ApparentPowerUnit": "ApparentPower",
    "IonizingRadiationDoseUnit": "IonizingRadiationDose",
    "IrradianceUnit": "Irradiance",
    "PowerUnit": "EnergyRate",
    "RadioactivityUnit": "Radioactivity",
    "ReactiveEnergyUnit": "ReactiveEnergy",
    "ReactivePowerUnit": "ReactivePower",
    "Unitless": "Concentration RelativeDensity",
}

# What quantitativeTypes;3 adds.
_QUANTITIES_ADDED_BY_3: dict[str, str] = {
    "DynamicViscosityUnit": "DynamicViscosity",
    "GasLeakageRateUnit": "GasLeakageRate",
    "KinematicViscosityUnit": "KinematicViscosity",
    "ReciprocalLengthUnit": "ReciprocalLength",
    "ReciprocalTimeUnit": "ReciprocalTime",
    "Unitless": "Efficiency RelativeMeasure Scale Throttle",
}

# Further names of unit enums, known to every version of quantitativeTypes.
UNIT_ENUM_ALIASES = {"EnergyRateUnit": "PowerUnit"}

CORE = 0  # The units of DTDL v2 itself; 1, 2 and 3 are the versions of quantitativeTypes.


@cache
def unit_enums(version: int = CORE) -> dict[str, tuple[str, ...]]:
    """Each unit enum and the names of its units, e.g. `LengthUnit: (…, "metre", …)`."""
    units: dict[str, tuple[str, ...]] = {}
    for table in (_CORE_UNITS, _UNITS_ADDED_BY_1, _UNITS_ADDED_BY_3)[: _tables_of(version)]:
        for enum, names in table.items():
            units[enum] = tuple(sorted({*units.get(enum, ()), *names.split()}))
    return units


@cache
def quantities(version: int = CORE) -> dict[str, str]:
    """Each semantic type and the unit enum it is measured in, e.g. `Length: LengthUnit`."""
    tables = (_CORE_QUANTITIES, _QUANTITIES_ADDED_BY_1, _QUANTITIES_ADDED_BY_3)[: _tables_of(version)]
    return {quantity: enum for table in tables for enum, names in table.items() for quantity in names.split()}


def _tables_of(version: int) -> int:
    return {CORE: 1, 1: 2, 2: 2}.get(version, 3)
