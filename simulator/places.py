"""The stations and municipalities of the simulated AEMET; coordinates as AEMET gives them."""

from dataclasses import dataclass

from simulator.climate import Place


@dataclass(frozen=True, slots=True)
class Station:
    """A climatological station, and its name among those that observe by the hour."""

    idema: str
    synop: str
    name: str
    province: str
    latitude: str
    longitude: str
    height: int
    observed_as: str = ""

    @property
    def place(self) -> Place:
        """Return where the station is."""
        return Place(_degrees(self.latitude), _degrees(self.longitude), self.height)

    @property
    def observing(self) -> str:
        """Return the identifier under which the station reports its observations."""
        return self.observed_as or self.idema


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality by its code of the national statistics institute."""

    code: str
    name: str
    province: str
    latitude: float
    longitude: float
    height: int
    people: int

    @property
    def place(self) -> Place:
        """Return where the municipality is."""
        return Place(self.latitude, self.longitude, self.height)


STATIONS = (
    Station("3195", "08222", "MADRID, RETIRO", "MADRID", "402443N", "034041W", 667),
    Station("5530E", "08419", "GRANADA AEROPUERTO", "GRANADA", "371125N", "034723W", 560),
    Station("0201D", "08180", "BARCELONA, PORT OLÍMPIC", "BARCELONA", "412326N", "021200E", 26),
    Station("5783", "08391", "SEVILLA AEROPUERTO", "SEVILLA", "372500N", "055245W", 34),
    Station(
        "C449C", "60020", "STA.CRUZ DE TENERIFE", "SANTA CRUZ DE TENERIFE",
        "282748N", "161519W", 36,
    ),
    Station("8416", "08285", "VALÈNCIA", "VALENCIA", "392850N", "002159W", 11),
    Station("1082", "08025", "BILBAO AEROPUERTO", "BIZKAIA", "431753N", "025423W", 42),
    Station("9434", "08160", "ZARAGOZA, AEROPUERTO", "ZARAGOZA", "413938N", "010015W", 249),
    Station("6155A", "08482", "MÁLAGA AEROPUERTO", "MALAGA", "363958N", "042856W", 7),
    Station("5910", "08449", "ROTA, BASE NAVAL", "CADIZ", "363820N", "061957W", 21, "5910X"),
    Station(
        "B278", "08306", "PALMA DE MALLORCA, AEROPUERTO", "BALEARES",
        "393339N", "024412E", 5,
    ),
    Station("1387", "08001", "A CORUÑA", "A CORUÑA", "432157N", "082517W", 57),
    Station("2331", "08075", "BURGOS AEROPUERTO", "BURGOS", "422125N", "033713W", 891),
    Station(
        "C649I", "60030", "GRAN CANARIA AEROPUERTO", "LAS PALMAS", "275504N", "152343W", 24
    ),
    Station("5000C", "60320", "CEUTA", "CEUTA", "355319N", "052049W", 87),
    Station("6000A", "60338", "MELILLA", "MELILLA", "351635N", "025723W", 52),
)  # fmt: skip

MUNICIPALITIES = (
    Municipality("28079", "Madrid", "Madrid", 40.4166, -3.7038, 657, 3_305_408),
    Municipality("28065", "Getafe", "Madrid", 40.3057, -3.7329, 623, 185_180),
    Municipality("18087", "Granada", "Granada", 37.1761, -3.5976, 690, 228_682),
    Municipality("08019", "Barcelona", "Barcelona", 41.3829, 2.1774, 9, 1_636_193),
    Municipality("41091", "Sevilla", "Sevilla", 37.3886, -5.9953, 11, 681_998),
    Municipality(
        "38038", "Santa Cruz de Tenerife", "Santa Cruz de Tenerife", 28.4683, -16.2546, 5, 208_688
    ),
    Municipality("46250", "València", "València/Valencia", 39.4699, -0.3763, 16, 792_492),
    Municipality("03139", "Villajoyosa/la Vila Joiosa", "Alacant/Alicante", 38.5075, -0.2335, 27,
                 35_199),
    Municipality("24008", "Astorga", "León", 42.4588, -6.0559, 870, 10_431),
    Municipality("48020", "Bilbao", "Bizkaia", 43.2569, -2.9236, 6, 344_127),
    Municipality("50297", "Zaragoza", "Zaragoza", 41.6567, -0.8785, 208, 673_010),
    Municipality("29067", "Málaga", "Málaga", 36.7202, -4.4203, 8, 579_076),
    Municipality("07040", "Palma", "Illes Balears", 39.5697, 2.6502, 33, 415_940),
    Municipality("15030", "A Coruña", "A Coruña", 43.3713, -8.3960, 5, 244_700),
    Municipality("09059", "Burgos", "Burgos", 42.3408, -3.7044, 859, 173_483),
    Municipality("35016", "Las Palmas de Gran Canaria", "Las Palmas", 28.0997, -15.4134, 8,
                 378_797),
    Municipality("51001", "Ceuta", "Ceuta", 35.8893, -5.3198, 27, 83_179),
    Municipality("52001", "Melilla", "Melilla", 35.2937, -2.9383, 15, 85_170),
)  # fmt: skip


def anywhere(latitude: float, longitude: float) -> Place:
    """Return a place at the height that the known ones around it suggest."""
    known = [one.place for one in (*STATIONS, *MUNICIPALITIES)]
    weights = [
        ((one.latitude - latitude) ** 2 + (one.longitude - longitude) ** 2 + 1e-6) ** -2
        for one in known
    ]
    heights = sum(weight * one.height for weight, one in zip(weights, known, strict=True)) / sum(
        weights
    )
    return Place(latitude, longitude, round(heights))


def _degrees(text: str) -> float:
    """Return the degrees of 402443N: degrees, minutes, seconds and a side."""
    seconds = int(text[:-5]) * 3600 + int(text[-5:-3]) * 60 + int(text[-3:-1])
    return round((-1 if text[-1] in "SW" else 1) * seconds / 3600, 6)
