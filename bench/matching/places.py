"""The countries that customers live in: money, language, names, invoice numbers, bank text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One branch of the selling business and the customers it has there."""

    country: str
    currency: str
    language: str
    weight: int
    vat_tenths: tuple[int, ...]
    reference: str
    banks: tuple[str, ...]
    templates: tuple[str, ...]
    forms: tuple[str, ...]
    surnames: tuple[str, ...]
    trades: tuple[str, ...]
    cities: tuple[str, ...]


def _place(head: str, *lists: str) -> Place:
    country, currency, language, weight, vat, reference = head.split()
    banks, templates, forms, surnames, trades, cities = (
        tuple(item.strip() for item in line.split(",") if item.strip()) for line in lists
    )
    return Place(
        country,
        currency,
        language,
        int(weight),
        tuple(int(rate) for rate in vat.split("/")),
        reference,
        banks,
        templates,
        forms,
        surnames,
        trades,
        cities,
    )


PLACES: tuple[Place, ...] = (
    _place(
        "US USD en 22 0/72/82 -",
        "ach,wire,check,us_short",
        "INV-{n:05},{n:06},{yy}-{n:05}",
        "Inc,LLC,Corp.,Co.,Company,LP",
        "Miller,Johnson,Harris,Walker,Bennett,Coleman,Foster,Griffin,Hayes,Jensen,Kowalski,Lawson,Mercer,Norwood,"
        "O'Brien,Preston,Quinn,Ramirez,Sutton,Thornton,Underwood,Vargas,Whitaker,Yates,Abbott,Blackwell,Calloway,Dalton",
        "Plumbing Supply,Roofing,Dental Group,Logistics,Manufacturing,Medical Center,Electric,Landscaping,Foods,"
        "Software,Law Group,Auto Parts,Construction,Machine Works,Printing,Consulting,Veterinary Clinic,Packaging",
        "Denver,Austin,Portland,Tulsa,Omaha,Boise,Dayton,Fresno,Tampa,Akron,Reno,Mobile,Salem",
    ),
    _place(
        "GB GBP en 14 200 -",
        "fps,bacs,uk_short",
        "SI-{n:06},INV{n:05}",
        "Ltd,Limited,PLC,LLP,& Sons Ltd",
        "Ashworth,Barlow,Cartwright,Davies,Ellison,Fairclough,Grimshaw,Hargreaves,Ingham,Jarvis,Kershaw,Lockwood,"
        "MacDonald,Naylor,Ogden,Pemberton,Radcliffe,Shaw,Tattersall,Unsworth,Wainwright,Yardley,Aldridge,Beckett",
        "Joinery,Bakery,Engineering,Haulage,Catering,Interiors,Textiles,Dental Care,Accountants,Design Studio,"
        "Building Services,Garage,Wholesale,Nurseries,Lettings,Security,Brewery,Physiotherapy,Publishing",
        "Leeds,Bristol,Hull,Derby,Exeter,Norwich,Preston,Swansea,Dundee,Bath,Truro,Perth",
    ),
    _place(
        "DE EUR de 16 190/70 rf",
        "sepa_de,sepa_de,de_short",
        "RE{y}-{n:05},R-{n:06},{y}/{n:05}",
        "GmbH,AG,GmbH & Co. KG,KG,e.K.,OHG,UG (haftungsbeschränkt)",
        "Müller,Schröder,Weiß,Köhler,Jäger,Böhm,Krüger,Hübner,Schäfer,Großmann,Bäcker,Lehmann,Vogel,Winkler,Zimmermann,"
        "Kaiser,Ludwig,Pfeiffer,Brandt,Sauer,Thiele,Römer,Döring,Häußler,Ritter,Sommer,Kühn,Nägele",
        "Maschinenbau,Elektrotechnik,Bäckerei,Spedition,Möbelwerk,Sanitärtechnik,Gartenbau,Steuerberatung,Druckerei,"
        "Medizintechnik,Fensterbau,Großhandel,Getränke,Werkzeuge,Kältetechnik,Zahnarztpraxis,Brauerei,Ingenieurbüro",
        "Köln,Leipzig,Ulm,Kassel,Münster,Erfurt,Passau,Lübeck,Würzburg,Görlitz,Bonn,Kiel",
    ),
    _place(
        "FR EUR fr 8 200/100 rf",
        "sepa_fr",
        "FA{yy}{mm}-{n:04},F-{n:06}",
        "SARL,SAS,SA,EURL,SCI",
        "Lefèvre,Moreau,Chevalier,Gérard,Dubois,Fournier,Béranger,Lacroix,Noël,Perrin,Roussel,Garçon,Deschamps,"
        "Mallet,Hérault,Tessier,Vasseur,Bourgeois,Cordier,Delaunay",
        "Menuiserie,Plomberie,Transports,Boulangerie,Imprimerie,Électricité,Conseil,Maçonnerie,Chocolaterie,Logistique,"
        "Ateliers,Distribution,Paysages,Informatique,Climatisation",
        "Lyon,Nantes,Lille,Rennes,Orléans,Besançon,Nîmes,Pau,Metz",
    ),
    _place(
        "NL EUR nl 6 210/90 rf",
        "sepa_nl",
        "VF{y}{n:05},{y}{n:04}",
        "B.V.,N.V.,V.O.F.",
        "de Vries,van Dijk,Bakker,Visser,Smit,Meijer,Mulder,de Boer,Dekker,Brouwer,van Leeuwen,Hendriks,Koster,Prins",
        "Bouw,Transport,Installatie,Bloemen,Techniek,Groothandel,Advies,Drukkerij,Scheepswerf,Horeca,Verhuur,Tuinen",
        "Utrecht,Breda,Zwolle,Delft,Arnhem,Leiden,Venlo",
    ),
    _place(
        "BE EUR fr 4 210 ogm",
        "sepa_be",
        "VK{yy}/{n:05}",
        "NV,BVBA,SPRL,BV,SRL",
        "Peeters,Janssens,Maes,Jacobs,Willems,Claes,Goossens,Wouters,Lambert,Dupont,Vermeulen,Desmet",
        "Brouwerij,Chocolat,Textiel,Bouwwerken,Transport,Electro,Imprimerie,Consult,Metaal,Horeca",
        "Gent,Liège,Namur,Leuven,Brugge,Mons,Hasselt",
    ),
    _place(
        "CH CHF de 5 81/26 qrr",
        "swiss",
        "{n:07},RG-{yy}-{n:04}",
        "AG,GmbH,SA,Sàrl",
        "Zürcher,Aebischer,Bühler,Gerber,Hügli,Imhof,Kälin,Lüthi,Nyffenegger,Rüegg,Stähli,Wüthrich,Zbinden",
        "Uhren,Präzision,Holzbau,Treuhand,Käserei,Apparatebau,Optik,Bergbahnen,Immobilien,Pharma,Garage",
        "Bern,Luzern,Chur,Thun,Zug,Aarau,Genève",
    ),
    _place(
        "NO NOK no 4 250 kid",
        "nordic",
        "{n:05},F{n:06}",
        "AS,ASA,ANS",
        "Østby,Håkonsen,Bjørnstad,Lægreid,Solberg,Tangen,Vågen,Ødegård,Nygård,Sæther,Fjeld,Mæland",
        "Bygg,Elektro,Fisk,Transport,Rør,Regnskap,Maskin,Havbruk,Trevare,Eiendom",
        "Bergen,Tromsø,Bodø,Ålesund,Hamar,Drammen",
    ),
    _place(
        "SE SEK sv 4 250/120 ocr",
        "nordic",
        "{n:06},K{n:05}",
        "AB,HB,KB",
        "Åkesson,Björk,Ström,Lindqvist,Öberg,Sjögren,Hållén,Nyström,Forsberg,Ekström,Wallin,Söderlund",
        "Bygg,Åkeri,Måleri,Redovisning,Verkstad,Trädgård,Konsult,Livs,Industri,Snickeri",
        "Malmö,Örebro,Västerås,Umeå,Lund,Gävle",
    ),
    _place(
        "FI EUR fi 3 255 viite",
        "nordic",
        "L{n:06}",
        "Oy,Oyj,Ky,Tmi",
        "Mäkinen,Hämäläinen,Järvinen,Lehtonen,Niemelä,Räsänen,Väisänen,Korhonen,Kärkkäinen,Pöyry",
        "Rakennus,Kuljetus,Sähkö,Konepaja,Tilitoimisto,Puutarha,Huolto,Tukku,Metalli,Ravintola",
        "Turku,Oulu,Tampere,Lahti,Vaasa,Kuopio",
    ),
    _place(
        "PL PLN pl 4 230/80 -",
        "polish",
        "FV/{n}/{mm}/{y}",
        "Sp. z o.o.,S.A.,Sp. j.",
        "Wiśniewski,Dąbrowski,Żółkiewski,Łukasik,Świątek,Grzybowski,Ćwikła,Źrebiec,Kaczmarek,Błaszczyk,Stępień",
        "Meble,Transport,Budownictwo,Drukarnia,Hurtownia,Okna,Usługi,Elektronika,Mleczarnia,Stal",
        "Kraków,Łódź,Gdańsk,Poznań,Wrocław,Lublin",
    ),
    _place(
        "BG EUR bg 2 200 -",
        "plain",
        "{n:010}",
        "ООД,ЕООД,АД",
        "Вектор,Балкан,Родопи,Марица,Тракия,Пирин,Орион,Сокол,Зора,Витоша,Хемус,Искър",
        "Строй,Транс,Инженеринг,Мебел,Агро,Консулт,Електро,Фарма,Принт,Логистика,Софт,Текстил",
        "София,Пловдив,Варна,Бургас,Русе,Плевен",
    ),
    _place(
        "JP JPY ja 3 100 -",
        "japanese",
        "S{yy}{mm}-{n:04}",
        "株式会社,有限会社,合同会社",
        "ヤマダ,スズキ,タナカ,サトウ,ワタナベ,コバヤシ,ナカムラ,イシカワ,ハヤシ,モリタ,フジワラ,オカダ,シミズ",
        "システム,テック,フーズ,ロジスティクス,メディカル,サービス,エンジニアリング,プリント,ホーム,トレード,デザイン",
        "トウキョウ,オオサカ,ナゴヤ,サッポロ,コウベ,センダイ",
    ),
    _place(
        "CN USD zh 2 0 -",
        "plain",
        "EX{yy}{n:05}",
        "有限公司,股份有限公司",
        "上海,深圳,广州,宁波,苏州,杭州,青岛,厦门,天津,成都",
        "宏达贸易,华信电子,金源机械,恒通物流,瑞丰纺织,东方化工,天成塑料,新星五金,永盛包装,博雅仪器",
        "一分,二分,三分,东区,西区,南区",
    ),
    _place(
        "KW KWD ar 2 0 -",
        "plain",
        "KW-{n:05}",
        "ذ.م.م,ش.م.ك",
        "الخليج,النور,الصفاء,المباركية,الفيصل,الريان,السالمية,الأمل,البدر,الواحة",
        "للتجارة,للمقاولات,للنقل,للخدمات الطبية,للأغذية,للإلكترونيات,للاستشارات,للطباعة",
        "الكويت,حولي,الجهراء,الفروانية",
    ),
    _place(
        "KR KRW ko 1 100 -",
        "plain",
        "K{yy}{mm}{n:04}",
        "주식회사,(주)",
        "한빛,대성,미래,서울,동아,삼보,태광,우리,신세기,금강",
        "전자,물산,건설,식품,정밀,통상,화학,시스템,의료,인쇄",
        "부산,대구,인천,광주,수원",
    ),
    _place(
        "BH BHD en 1 100 -",
        "plain",
        "BH-{n:05}",
        "W.L.L.,B.S.C.,Co. W.L.L.",
        "Al Manama,Al Muharraq,Gulf Pearl,Dilmun,Awali,Al Zallaq,Bahrain Bay,Al Hidd",
        "Trading,Contracting,Services,Foods,Marine,Medical,Electronics,Transport",
        "Manama,Riffa,Sitra,Isa Town",
    ),
)

EXACT_FORMS = frozenset({"JPY", "KRW", "KWD", "BHD"})
"""Currencies without cents, or with thousandths."""

FOREIGN = ("USD", "GBP", "CHF", "SEK", "NOK", "PLN", "JPY", "EUR")
"""What an invoice of case 42 may be in."""

HOMES = ("EUR", "USD", "GBP")
"""What its receipt may be in."""
