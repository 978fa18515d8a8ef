"""Made public records in which nothing is wrong, for tests that then change one thing.

The figures hang together: 300 MW x 3000 h = 900000 MWh; x 0.48595 (south, 2023) = 437355 t a year.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from openccer.interop.register.check import Checked, check_file
from openccer.interop.register.read import RegisterFile
from openccer.rulebook.load import load_cn

ON = date(2026, 8, 20)
TEXT = (
    "示例海上风电项目安装60台单机容量5MW的风电机组,总装机容量为300MW,年利用小时数为3000小时,"
    "负荷因子为34.25%。本项目于2020年5月20日开工,2021年12月9日全部机组并网发电。"
    "每年可为南方区域电网提供900,000MWh的电量。计入期为2022年1月1日至2031年12月31日,共10年。"
    "预计年均减排量为437,355tCO2e,计入期总减排量为4,373,550tCO2e。"
)
COMMON = {
    "projectName": "示例300MW海上风电项目",
    "applyStatusName": "已登记",
    "applyStatus": "14",
    "provinceName": "广东省",
    "provinceId": "440000",
    "projectLocation": "广东省示例市南侧海域",
    "longitude": "116.123456",
    "latitude": "22.654321",
    "parentProjectTypeName": "能源产业(可再生/不可再生资源)",
    "parentProjectType": "A",
    "projectTypeName": "并网海上风力发电",
    "projectType": "A0201",
    "projectSubType": "A020101",
    "projectSubTypeName": "风电",
    "methodologyNum": "CCER-01-002-V01",
    "methodologyName": "并网海上风力发电",
    "orgCustomerName": "示例风电",
    "approvalAuthorityName": "示例审定核查机构甲",
    "approvalAuthority": "1280202750281519104",
    "commencementDate": "2020-05-20",
    "firstReckonDate": "2022-01-01",
    "endReckonDate": "2031-12-31",
    "conclusionDate": "25",
    "expectYearNum": "437355",
    "expectMaxNum": "4373550",
    "projectInfoId": "1333129986516848640",
    "archiveCode": "PWS18124415810017",
    "basicInformation": TEXT,
    "technologiesMeasures": "本项目总装机容量为300MW,预计年上网电量90000万kWh。",
    "otherProofMethod": "03",
    "otherProofMethodName": "免予论证",
    "networkDate": "2021-12-09",
}


def page(**changes: str) -> dict[str, str]:
    """The page of a project whose publicity ended, and that was registered."""
    return (
        COMMON
        | {
            "_category_code": "1-1",
            "_category_name": "公示结束项目",
            "_snapshot_key": "1_1_1280214863758626816",
            "projectCode": "",
            "registrationTime": "",
            "applyId": "1280214863758626816",
            "publicStartDate": "2024-09-03",
            "publicEndDate": "2024-09-30",
            "insertDatetime": "2024-09-02T17:13:00+08:00",
            "publicDateTime": "2024-09-02T18:00:00+08:00",
            "orgUploadDateTime": "2024-10-12T10:00:00+08:00",
            "appResDateTime": "2024-10-14T11:00:00+08:00",
            "projectRegDateTime": "2025-01-26T17:30:00+08:00",
            "updateDatetime": "2025-01-26T17:30:00+08:00",
            "opinionCount": "2",
            "cerIssuedDateTime": "20250828110333,20250828110333",
            "_detail_url": "?applyId=1280214863758626816&dataType=1-1",
        }
        | changes
    )


def registered(**changes: str) -> dict[str, str]:
    """The page of the same project among the registered ones."""
    return (
        COMMON
        | {
            "_category_code": "2",
            "_category_name": "已登记项目",
            "_snapshot_key": "2_1280214863758626816",
            "cancelFlag": "0",
            "cancelFlagName": "未注销",
            "projectCode": "A210003",
            "registrationTime": "2025-01-26",
            "applyId": "1280214863758626816",
            "projectRegDateTime": "",
        }
        | changes
    )


YEARS = json.dumps([{"regYear": "2022", "applyVol": "430000"}, {"regYear": "2023", "applyVol": 1}])
CLAIM = {
    "verificationAgencyName": "示例审定核查机构乙",
    "verificationAgency": "1280209684627853312",
    "projectCode": "A210003",
    "registrationTime": "2025-01-26",
    "certifiedNum": "430001",
    "regAppStartDate": "2022-01-01",
    "regAppEndDate": "2023-01-31",
    "generateDate": "2023-01-31",
    "certificationPeriodNo": "1",
    "regAppDetail": YEARS,
    "cerDetailList": YEARS,
    "lulucf": "000",
    "lulucfName": "不涉及",
    "ccerUnitType": "0",
    "ccerUnitTypeName": "CCER",
    "applyId": "1336745215779803136",
}


def claim(**changes: str) -> dict[str, str]:
    """The page of a reduction whose publicity ended, registered and issued."""
    return (
        COMMON
        | CLAIM
        | {
            "_category_code": "3-1",
            "_category_name": "公示结束减排量",
            "_snapshot_key": "3_1_1336745215779803136",
            "publicStartDate": "2025-02-06",
            "publicEndDate": "2025-03-04",
            "insertDatetime": "2025-01-26T18:00:00+08:00",
            "publicDateTime": "2025-02-05T18:00:00+08:00",
            "orgUploadDateTime": "2025-03-04T19:00:00+08:00",
            "appResDateTime": "2025-03-05T19:00:00+08:00",
            "projectRegDateTime": "2025-03-06T19:00:00+08:00",
            "issueStatus": "已签发",
            "issuedVol": "430001",
            "issuingVol": "0",
            "noIssuedVol": "0",
        }
        | changes
    )


def recorded(**changes: str) -> dict[str, str]:
    """The page of the same reduction among the registered ones."""
    return (
        COMMON
        | CLAIM
        | {
            "_category_code": "4",
            "_category_name": "已登记减排量",
            "_snapshot_key": "4_1336745215779803136",
            "recordNum": "430001",
        }
        | changes
    )


GOOD = (page(), registered(), claim(), recorded())


def register_file(rows: Iterable[Mapping[str, str]]) -> RegisterFile:
    """The rows as a file would give them."""
    rows = tuple(rows)
    return RegisterFile(
        name="made",
        digest="0" * 64,
        content=b"",
        day="",
        columns=frozenset(name for row in rows for name in row),
        unknown=(),
        damaged=(),
        rows=rows,
    )


def checked(*rows: Mapping[str, str], on: date = ON) -> Checked:
    return check_file(register_file(rows), load_cn(), on)


def kinds_in(*rows: Mapping[str, str], on: date = ON) -> set[str]:
    return {one.kind.name for one in checked(*rows, on=on).anomalies}


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps({"records": list(rows)}, ensure_ascii=False)
