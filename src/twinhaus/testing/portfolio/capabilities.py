"""What the machines of a generated building can measure and be told: a table for `buildings`."""

from typing import NamedTuple


class CapabilityKind(NamedTuple):
    """A capability that every machine of a kind has."""

    tag: str
    model: str
    brick: str
    label: str
    unit: str
    object_type: str  # BACnet's, such as AI for an analog input.
    low: float
    high: float
    tunes: str = ""  # The tag of the capability it is a parameter of.
    of_zone: bool = False  # Whether it says something about the zone too that the machine serves.


def _temperature(tag: str, place: str) -> CapabilityKind:
    """A temperature sensor for air at a place such as `Return`."""
    return CapabilityKind(
        tag,
        f"{place}AirTemperatureSensor",
        f"{place}_Air_Temperature_Sensor",
        f"{place} Air Temperature",
        "degC",
        "AI",
        -40 if place == "Outside" else 5,
        50,
        of_zone=place == "Zone",
    )


def _setpoint(sensor: CapabilityKind, tag: str) -> CapabilityKind:
    """The setpoint that goes with a sensor."""
    return sensor._replace(
        tag=tag,
        model=sensor.model.replace("Sensor", "Setpoint"),
        brick=sensor.brick.replace("Sensor", "Setpoint"),
        label=f"{sensor.label} Setpoint",
        object_type="AV",
        tunes=sensor.tag,
        of_zone=False,
    )


_ZONE_AIR = _temperature("ZAT", "Zone")
_DISCHARGE_AIR = _temperature("DAT", "Discharge")
_AIR_FLOW = CapabilityKind(
    "DAF", "DischargeAirFlowSensor", "Discharge_Air_Flow_Sensor", "Flow", "L/s", "AI", 0, 9e3
)
_WATER = CapabilityKind(
    "CHWT",
    "ChilledWaterTemperatureSensor",
    "Chilled_Water_Temperature_Sensor",
    "Chilled Water",
    "degC",
    "AI",
    2,
    20,
)
_DAMPER = CapabilityKind(
    "DMP", "DamperPositionActuator", "Damper_Position_Command", "Damper", "%", "AO", 0, 100
)
_VALVE = CapabilityKind("VLV", "ValvePositionActuator", "Valve_Position_Command", "Valve", "%", "AO", 0, 100)
_START = CapabilityKind("SS", "StartStopActuator", "Start_Stop_Command", "Start Stop", "", "BO", 0, 1)
_STATUS = CapabilityKind("STS", "OnOffState", "On_Off_Status", "Status", "", "BI", 0, 1)
_FAULT = CapabilityKind("FLT", "FaultState", "Fault_Status", "Fault", "", "BI", 0, 1)
_POWER = CapabilityKind("KW", "ElectricalPowerSensor", "Electric_Power_Sensor", "Power", "kW", "AI", 0, 900)
_ENERGY = CapabilityKind(
    "KWH", "ElectricalEnergySensor", "Electric_Energy_Sensor", "Energy", "kWh", "AI", 0, 9e6
)
_OCCUPANCY = CapabilityKind(
    "OCC", "OccupancySensor", "Occupancy_Sensor", "Occupancy", "", "BI", 0, 1, of_zone=True
)

CO2 = CapabilityKind("CO2", "CO2AirQualitySensor", "CO2_Sensor", "CO2", "ppm", "AI", 300, 5e3, of_zone=True)
HUMIDITY = CapabilityKind(
    "RH", "HumiditySensor", "Humidity_Sensor", "Humidity", "%RH", "AI", 0, 100, of_zone=True
)

_ON_OFF = (_START, _STATUS, _FAULT)
_ZONE = (_ZONE_AIR, _setpoint(_ZONE_AIR, "ZSP"))
_DISCHARGE = (_DISCHARGE_AIR, _setpoint(_DISCHARGE_AIR, "DSP"))
_FLOW = (_AIR_FLOW, _setpoint(_AIR_FLOW, "DFSP"))

CAPABILITIES = {
    "AirHandlingUnit": (
        *_DISCHARGE,
        *_FLOW,
        _temperature("RAT", "Return"),
        _temperature("OAT", "Outside"),
        _DAMPER,
        _VALVE,
        *_ON_OFF,
    ),
    "VAVBox": (*_ZONE, _DISCHARGE_AIR, *_FLOW, _DAMPER, _OCCUPANCY),
    "FanCoilUnit": (*_ZONE, _VALVE, *_ON_OFF),
    "Chiller": (_WATER, _POWER, *_ON_OFF),
    "Boiler": _ON_OFF,
    "Pump": _ON_OFF,
    "ElectricalMeter": (_POWER, _ENERGY),
}
