"""Words that names are made of, by country: families, trades, legal forms. For other scripts each word has its romanisation."""

from __future__ import annotations

from typing import Final

Pool = tuple[list[str], list[str], list[str]]
Pair = tuple[str, str]

LATIN: Final[dict[str, Pool]] = {
    "DE": (
        "Müller Größmann Jäger Köhler Schäfer Böhm Strauß Weiß Krüger Lindemann Öztürk Brügge Hänsel Vößing Rößler Döring "
        "Kühn Blümel Ahrens Tiedemann Wörner Zöller Pfäffle Übelhör".split(),
        "Anlagenbau Fördertechnik Möbelwerke Straßenbau Gebäudereinigung Großhandel Präzisionsteile Bäckereibedarf "
        "Küchenstudio Wärmetechnik Holzbau Elektro".split(),
        ["GmbH", "AG", "GmbH & Co. KG", "OHG", "e.K.", "UG (haftungsbeschränkt)", "KG"],
    ),
    "AT": (
        "Hölzl Grübl Eßl Mühlbacher Steinböck Pöllinger Wögerbauer Brandstätter Jägerwirt Fößleitner".split(),
        "Seilbahnen Käserei Kälteanlagen Tischlerei Spenglerei Tirolwerke".split(),
        ["Ges.m.b.H.", "GmbH", "KG"],
    ),
    "CH": (
        "Zürcher Bünzli Hürlimann Lüthi Aebischer Gfeller Pfäffikon Näfels Rüegg Tschümperlin".split(),
        "Uhrenteile Käsehandel Bergbahnen Präzision Möbel Söhne".split(),
        ["AG", "SA", "Sàrl", "GmbH"],
    ),
    "PL": (
        "Wójcik Łukaszewicz Żółtowski Ślusarczyk Dąbrowski Krzyżanowski Gołębiowski Jabłoński Świątek Ćwikła".split(),
        "Budownictwo Usługi Stolarstwo Piekarnia Transport Nawozy Okucia Elektryka".split(),
        ["Sp. z o.o.", "S.A.", "Sp. j.", "Spółka z ograniczoną odpowiedzialnością"],
    ),
    "CZ": (
        "Dvořák Černý Růžička Šťastný Křížek Žižka Němcová Kučera Hájek Příhoda".split(),
        "Stavby Dřevo Pekařství Železářství Účetnictví Nábytek Kovovýroba".split(),
        ["s.r.o.", "a.s.", "spol. s r.o.", "v.o.s."],
    ),
    "TR": (
        "Yılmaz Öztürk Çağlayan Güneş Şahinoğlu Işıklar İnci Doğanay Kılıçarslan Ünlü".split(),
        "İnşaat Gıda Tekstil Otomotiv Çelik Nakliyat Mobilya".split(),
        ["A.Ş.", "Ltd. Şti.", "San. ve Tic. A.Ş.", "Tic. Ltd. Şti."],
    ),
    "FR": (
        "Lefèvre Béranger Hélin Desprès Garçon Noël Crépin Gaëtan Châtelain L'Hôpital D'Arçonval Époisses".split(),
        "Boulangerie Maçonnerie Négoce Électricité Chaudronnerie Pépinières Conserverie".split(),
        ["SARL", "SAS", "SA", "EURL", "SASU", "SCI"],
    ),
    "ES": (
        "Muñoz Ibáñez Güell Peñalver Ordóñez Cañizares Íñiguez Zúñiga Vázquez Etxeberría".split(),
        "Construcciones Hostelería Cerámicas Conservas Diseño Jardinería".split(),
        ["S.L.", "S.A.", "S.L.U.", "S. Coop."],
    ),
    "IT": (
        "Bertolucci Dell'Orto Forlì D'Agostino Mondovì Pirovano Scarpellini Zambelli Quagliarella".split(),
        "Ceramiche Ferramenta Costruzioni Impianti Tessitura Caffè Officine".split(),
        ["S.r.l.", "S.p.A.", "S.n.c.", "S.a.s."],
    ),
    "NO": (
        "Bjørnstad Sæther Åsgård Grønvold Kjærstad Hødnebø Mælen Tøndel Ødegård".split(),
        "Rørleggeri Båtbyggeri Byggservice Fiskeoppdrett Møbler Trævare".split(),
        ["AS", "ANS", "ASA", "DA"],
    ),
    "SE": (
        "Åkerström Sjöberg Lönnqvist Härnösand Bäckman Ångström Grönlund Östlund Töreboda".split(),
        "Måleri Snickeri Åkeri Fönster Trädgård Kök Plåt".split(),
        ["AB", "HB", "Kommanditbolag", "Aktiebolag"],
    ),
    "DK": (
        "Sørensen Kjær Ærø Bøgh Nørgaard Højlund Skødt Bæk Åbenrå".split(),
        "Tømrer Maskinfabrik Smøreolie Køkken Fødevarer Brød".split(),
        ["A/S", "ApS", "I/S", "K/S"],
    ),
    "FI": (
        "Hämäläinen Mäkinen Yrjölä Pöyry Lehtimäki Äänekoski Väisänen Kärkkäinen Törmä".split(),
        "Rakennus Sähkö Kiinteistö Metsä Lämpö Pesula".split(),
        ["Oy", "Oyj", "Ky", "Tmi"],
    ),
    "PT": (
        "Conceição Guimarães Simões Brandão Falcão Araújo Inês Leitão Galvão".split(),
        "Construções Panificação Calçados Azulejos Distribuição".split(),
        ["Lda", "S.A.", "Unipessoal Lda"],
    ),
    "BR": (
        "Gonçalves Magalhães Assunção Salomão Esperança Patrão Conceição Jequitibá Trovão".split(),
        "Comércio Indústria Soluções Alimentação Transportes Construções".split(),
        ["Ltda", "S.A.", "EIRELI", "ME", "Ltda ME"],
    ),
    "US": (
        "Abernathy Boxwood Calloway Dunmore Eastlake Fairbanks Greenfield Holloway Ironwood Jamison Kettering Larkspur "
        "Merriweather Northgate Oakhurst Pemberton Quarry Redstone Silverton Thornbury".split(),
        "Plumbing Logistics Dental Roofing Software Brewing Landscaping Marketing Fabrication Supply".split(),
        ["LLC", "Inc.", "Corp.", "Co.", "LLP", "PLLC"],
    ),
    "GB": (
        "Ashworth Birtwistle Cholmondeley Dewhurst Entwistle Featherstone Greenhalgh Hathersage Inglewood Kirkbride "
        "Llewellyn Micklethwaite Ollerenshaw Postlethwaite Ramsbottom Satterthwaite".split(),
        "Joinery Catering Scaffolding Interiors Motors Textiles Electrical Nurseries".split(),
        ["Ltd", "Limited", "PLC", "LLP", "& Sons Ltd"],
    ),
    "AU": (
        "Bundaberg Coolibah Dandenong Eucla Fitzroy Geelong Jindabyne Kalgoorlie Mackay Noosa Oodnadatta".split(),
        "Earthmoving Fencing Vineyards Surf Freight Solar Pastoral".split(),
        ["Pty Ltd", "Pty Limited", "Ltd", "Family Trust"],
    ),
    "IN": (
        "Agarwal Bhattacharya Chaudhary Deshmukh Gokhale Iyengar Jhunjhunwala Krishnamurthy Mukherjee Narayanan "
        "Ramachandran Subramaniam Venkataraman".split(),
        "Textiles Agro Infotech Steels Pharma Exports Polymers Logistics".split(),
        ["Pvt Ltd", "Private Limited", "LLP", "Ltd", "& Co", "Enterprises"],
    ),
    "NL": (
        "Van den Broek;De Haan;Hoogeveen;Van 't Hof;Zijlstra;IJsselstein;Van der Meer;Kuipers".split(";"),
        "Bouw Tuincentrum Schilders Groothandel Techniek Bloemen".split(),
        ["B.V.", "N.V.", "VOF"],
    ),
}

CYRILLIC: Final[dict[str, Pool]] = {
    "RU": (
        "Прогресс Альянс Волга Каскад Горизонт Урал Байкал Вектор Победа Кристалл Енисей".split(),
        "Строй Тех Пром Снаб Транс Агро Метал Энерго Лес Мед".split(),
        ["ООО «{}»"],
    ),
    "UA": (
        "Дніпро Карпати Злагода Перемога Київ Світанок Джерело Хортиця Явір".split(),
        "Буд Агро Тех Меблі Торг Пром Сервіс Авто".split(),
        ["ТОВ «{}»"],
    ),
    "BG": (
        "Балкан Родопи Марица Пирин Тракия Шипка Вихрен Дунав".split(),
        "Строй Агро Тех Транс Мебел Хим Електро".split(),
        ["{} ЕООД"],
    ),
}

GREEK: Final[Pool] = (
    "Παπαδόπουλος Γεωργίου Δημητρίου Ξενάκης Θεοδώρου Χατζής Ψαρράς Οικονόμου Αθανασίου Φωτίου".split(),
    "Κατασκευές Τρόφιμα Μεταφορές Υφάσματα Λιπάσματα Αλουμίνια".split(),
    ["{} ΑΕ"],
)


def _pairs(text: str) -> list[Pair]:
    """`北=Bei 华=Hua`; an underscore is a blank."""
    split = (each.partition("=") for each in text.split())
    return [(native.replace("_", " "), latin.replace("_", " ")) for native, _, latin in split]


Script = tuple[list[Pair], list[Pair], list[Pair], Pair]

OTHER: Final[dict[str, Script]] = {
    "CN": (
        _pairs(
            "北京=Beijing 上海=Shanghai 深圳=Shenzhen 广州=Guangzhou 宁波=Ningbo 苏州=Suzhou 青岛=Qingdao 成都=Chengdu"
        ),
        _pairs("华信=Huaxin 鑫源=Xinyuan 宏达=Hongda 瑞丰=Ruifeng 金桥=Jinqiao 天成=Tiancheng 博远=Boyuan 锦绣=Jinxiu"),
        _pairs("贸易=Maoyi 电子=Dianzi 机械=Jixie 纺织=Fangzhi 科技=Keji 建材=Jiancai"),
        ("{}有限公司", "{} Youxian Gongsi"),
    ),
    "JP": (
        _pairs(
            "東洋=Toyo 日進=Nisshin 大和=Yamato 富士見=Fujimi 桜井=Sakurai 北陸=Hokuriku 丸山=Maruyama 高橋=Takahashi"
        ),
        _pairs("産業=Sangyo 精機=Seiki 食品=Shokuhin 電工=Denko 建設=Kensetsu 運輸=Unyu 化成=Kasei 硝子=Garasu"),
        _pairs("販売=Hanbai 工業=Kogyo 商事=Shoji 製作所=Seisakusho"),
        ("株式会社{}", "Kabushiki Kaisha {}"),
    ),
    "KR": (
        _pairs("한빛=Hanbit 서울=Seoul 대성=Daesung 삼화=Samhwa 동진=Dongjin 금강=Geumgang 백두=Baekdu 미래=Mirae"),
        _pairs("전자=Jeonja 건설=Geonseol 식품=Sikpum 섬유=Seomyu 화학=Hwahak 기계=Gigye"),
        _pairs("산업=Saneop 상사=Sangsa 무역=Muyeok"),
        ("주식회사 {}", "Jusikhoesa {}"),
    ),
    "AE": (
        _pairs(
            "النور=Al_Noor الفجر=Al_Fajr الخليج=Al_Khaleej الصحراء=Al_Sahra المدينة=Al_Madina الواحة=Al_Waha النخيل=Al_Nakheel"
        ),
        _pairs("الذهبي=Al_Dhahabi الحديث=Al_Hadith المتحد=Al_Muttahid الدولي=Al_Duwali الأزرق=Al_Azraq"),
        _pairs("للتجارة=Trading للمقاولات=Contracting للأغذية=Foodstuff للنقل=Transport"),
        ("شركة {} ذ.م.م", "{} LLC"),
    ),
    "IL": (
        _pairs("אורן=Oren ברקן=Barkan גלבוע=Gilboa דקל=Dekel חרמון=Hermon כרמל=Carmel שקמה=Shikma תבור=Tavor"),
        _pairs("צפון=Tsafon דרום=Darom מערב=Maarav מזרח=Mizrach"),
        _pairs("בנייה=Bniya שיווק=Shivuk הנדסה=Handasa מזון=Mazon"),
        ('{} בע"מ', "{} Ltd"),
    ),
    "IR": (
        _pairs("پارس=Pars کاوه=Kaveh البرز=Alborz دماوند=Damavand زاگرس=Zagros سپاهان=Sepahan"),
        _pairs("گستر=Gostar آفرین=Afarin نوین=Novin پویا=Pouya"),
        _pairs("فولاد=Foolad پخش=Pakhsh صنعت=Sanat غذا=Ghaza"),
        ("شرکت {}", "Sherkat {}"),
    ),
    "HI": (
        _pairs("गंगा=Ganga हिमालय=Himalaya सूर्य=Surya भारत=Bharat लक्ष्मी=Lakshmi विजय=Vijay श्री_राम=Shri_Ram"),
        _pairs("वस्त्र=Vastra अन्न=Anna निर्माण=Nirman परिवहन=Parivahan औषधि=Aushadhi"),
        _pairs("उद्योग=Udyog भंडार=Bhandar व्यापार=Vyapar"),
        ("{} प्राइवेट लिमिटेड", "{} Private Limited"),
    ),
    "TH": (
        _pairs("สยาม=Siam กรุงเทพ=Krungthep เชียงใหม่=Chiangmai ภูเก็ต=Phuket อยุธยา=Ayutthaya สุโขทัย=Sukhothai"),
        _pairs("รุ่งเรือง=Rungrueang เจริญ=Charoen ทอง=Thong พัฒนา=Phatthana"),
        _pairs("การค้า=Kankha ก่อสร้าง=Kosang อาหาร=Ahan ขนส่ง=Khonsong"),
        ("บริษัท {} จำกัด", "Borisat {} Chamkat"),
    ),
}
