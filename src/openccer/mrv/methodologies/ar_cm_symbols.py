"""The symbols of the old forestry series: every quantity with its unit, names and bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from openccer.mrv.allometry import CO2_PER_C, HIGHEST_DBH_CM, HIGHEST_H_M, HIGHEST_STOCK_TC_HA
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.terms import symbol
from openccer.mrv.sheet import Symbol

PER_GWP_SET = ("source", "SAR", "AR4", "AR5", "AR6")
HA, T, TC, TCO2 = "t d.m./ha", "t d.m.", "tC", "tCO2"
STAND_SYMBOLS: tuple[Symbol, ...] = (
    symbol("species", "树种", "Species", "text", "species_group", "tree_species", "species_name"),
    symbol("V", "单位面积蓄积量", "Stem volume of a hectare", "m3/ha", "v_m3_ha", "volume_m3_ha"),
    symbol("V_total", "蓄积量", "Stem volume", "m3", "v_total_m3", "volume_m3", "v_m3"),
    symbol(
        "WD",
        "基本木材密度",
        "Wood density",
        "t d.m./m3",
        "d",
        "wood_density",
        "density_t_m3",
        "svd",
    ),
    symbol("BEF", "生物量扩展因子", "Biomass expansion factor", "1", "bef_1"),
    symbol("R", "地下与地上生物量比", "Roots to shoot", "1", "rsr", "root_shoot", "root_to_shoot"),
    symbol("CF", "含碳率", "Carbon fraction", "tC/t d.m.", "carbon_fraction", "cf_tree"),
    symbol("a", "蓄积—生物量方程参数 a", "a of the pair", "1", "pair_a"),
    symbol("b", "蓄积—生物量方程参数 b", "b of the pair", "1", "pair_b", least=None),
    symbol("DBH", "胸径", "Diameter at breast height", "cm", "dbh_cm", "d_cm", "diameter_cm"),
    symbol("H", "树高", "Height", "m", "h_m", "height_m"),
    symbol("tree_a", "单木方程参数 a", "a of the tree equation", "1"),
    symbol("tree_b", "单木方程参数 b", "b of the tree equation", "1", least=None),
    symbol("tree_c", "单木方程参数 c", "c of the tree equation", "1", "c", least=None),
    symbol("plot_area_m2", "样地面积", "Area of the plot", "m2", "plot_m2", "plot_area"),
    symbol(
        "tree_agb_kg", "单木地上生物量", "Shoot of a tree", "kg d.m.", "agb_kg", "f_ab_kg", "f_ab"
    ),
    symbol(
        "trees_per_ha",
        "株数密度",
        "Trees of a hectare",
        "1/ha",
        "stems_per_ha",
        "n_ha",
        "n_trees_ha",
    ),
    symbol(
        "AGB", "单位面积地上生物量", "Shoot of a hectare", HA, "agb_t_ha", "b_agb", "b_agb_t_ha"
    ),
    symbol("biomass_t_ha", "单位面积生物量", "Biomass of a hectare", HA, "b_t_ha", "b_ha"),
    symbol("carbon_t_ha", "单位面积碳储量", "Carbon of a hectare", "tC/ha", "c_t_ha", "tc_ha"),
    symbol("co2_t_ha", "单位面积碳储量（CO2）", "Stock of a hectare", "tCO2/ha", "tco2_ha"),
    symbol("biomass_t", "生物量", "Biomass", T, "b_t", "total_biomass_t"),
    symbol("carbon_t", "碳储量（碳）", "Carbon", TC, "tc", "total_carbon_t", "carbon_tc"),
    symbol("co2_t", "碳储量（CO2）", "Stock", TCO2, "stock_tco2", "carbon_stock_tco2", "tco2"),
    symbol("co2_total_t", "各层碳储量合计", "Stock of all strata", TCO2, "total_stock_tco2"),
    symbol("V_0", "起始蓄积量", "Volume at the start", "m3/ha", "v0_m3_ha", "v0"),
    symbol("dV", "蓄积年生长量", "Growth of volume", "m3/(ha a)", "dv_m3_ha_yr", "growth_m3_ha_yr"),
    symbol("growth_rate_pct", "蓄积生长率", "Growth rate of volume", "%/a"),
    symbol("age_class", "龄组", "Age class", "text", "age"),
    symbol("growth_class", "生长类型", "Growth class", "text", "growth_type", "speed"),
    symbol("t", "间隔年数", "Years between", "a", "interval_years", "years_between", "dt_years"),
    symbol("harvest", "采伐蓄积量", "Volume harvested", "m3/ha", "harvest_m3_ha"),
    symbol("V_t", "期末蓄积量", "Volume at the end", "m3/ha", "vt_m3_ha", "v_t_m3_ha"),
)
CHANGE_SYMBOLS: tuple[Symbol, ...] = (
    symbol("C_t1", "期初碳储量", "Stock at t1", TCO2, "c_t1_tco2", "c1_tco2", "stock_t1_tco2"),
    symbol("C_t2", "期末碳储量", "Stock at t2", TCO2, "c_t2_tco2", "c2_tco2", "stock_t2_tco2"),
    symbol("t1", "期初年份", "Year t1", "year", "t1_year", "year1"),
    symbol("t2", "期末年份", "Year t2", "year", "t2_year", "year2"),
    symbol(
        *("change_t", "碳储量变化量", "Change of stock", TCO2, "dc_tco2", "delta_c_t", "dc_t"),
        least=None,
    ),
    symbol(
        *("annual_change_t", "碳储量年变化量", "Yearly change of stock", "tCO2/a"),
        *("annual_change_tco2", "dc_per_year_t", "annual_dc_t"),
        least=None,
    ),
    symbol(
        *("uncertainty_pct", "抽样相对误差", "Relative error at 90 %", "%"),
        *("relative_error_pct", "error_pct", "u_pct"),
    ),
    symbol("deduction_pct", "扣减率", "Deduction", "%", "dr_pct", "discount_pct"),
    symbol("factor_pct", "扣减因子", "Deduction with its sign", "%", "dr_factor_pct", least=None),
    symbol(
        *("adjusted_t", "扣减后变化量", "Change after the deduction", TCO2),
        *("adjusted_change_t", "change_after_deduction_t"),
        least=None,
    ),
)
FIRE_SYMBOLS: tuple[Symbol, ...] = (
    symbol(
        "area_burnt_ha",
        "过火面积",
        "Area burnt",
        "ha",
        "burnt_ha",
        "a_burn",
        "a_burn_ha",
        "burned_area_ha",
    ),
    symbol("COMF", "燃烧因子", "Share that burns", "1", "cf_burn", "combustion_factor"),
    symbol("EF_CH4", "CH4 排放因子", "CH4 of what burns", "g/kg d.m.", "ef_ch4_g_kg"),
    symbol("EF_N2O", "N2O 排放因子", "N2O of what burns", "g/kg d.m.", "ef_n2o_g_kg"),
    symbol("GWP_CH4", "CH4 全球增温潜势", "GWP of CH4", "tCO2e/t", "gwp_methane"),
    symbol("GWP_N2O", "N2O 全球增温潜势", "GWP of N2O", "tCO2e/t", "gwp_nitrous_oxide"),
    symbol("gwp_sets", "全球增温潜势组", "Named pairs of GWPs", "tCO2e/t"),
    symbol("first_verification", "首次核查", "First verification", "yes/no", "is_first"),
    symbol("surface_fire", "地表火", "Surface fire only", "yes/no", "is_surface_fire"),
    symbol("verification_number", "核查次数", "Which verification", "1", "verification_no"),
    symbol("fire_kind", "火灾类型", "Kind of fire", "text", "fire_type"),
    symbol("GHG_E", "火灾非二氧化碳排放", "Other gases of fire", "tCO2e", "fire_t", "ghg_e_t"),
)
CREDIT_SYMBOLS: tuple[Symbol, ...] = (
    symbol("t_gwp_sets", "各组潜势下的排放", "Other gases by GWP set", "tCO2e"),
    *(
        symbol(f"t_{name.lower()}", f"{name} 下的排放", f"Other gases, {name}", "tCO2e", *aliases)
        for name, aliases in zip(
            PER_GWP_SET,
            [(f"t_{name.lower()}_gwp",) for name in PER_GWP_SET],
            strict=True,
        )
    ),
    symbol(
        *("credit_t", "减排量（取整前）", "Credit before it is cut down", "tCO2e"),
        *("net_removal_t", "reduction_t", "er_t"),
        least=None,
    ),
    symbol("credited_t", "减排量", "Credit", "tCO2e", "credited_whole_t", "whole_t"),
)
PLOT_SYMBOLS: tuple[Symbol, ...] = (
    symbol(
        *("plots", "各样地单位面积值", "Value of each plot", "t/ha", "plot_values"),
        *("plot_biomass_t_ha", "plot_carbon_t_ha", "plots_t_ha", "plot_biomass"),
    ),
    symbol("n", "样地数", "Plots", "1", "n_plots", "plots_n", "number_of_plots", "n_i"),
    symbol("plot_mean", "样地平均", "Mean of the plots", "t/ha", "stratum_mean", "mean_i"),
    symbol("s2", "样地方差", "Variance of plots", "(t/ha)2", "variance", "plot_variance", "s2_i"),
    symbol("w", "面积权重", "Share of the area", "1", "w_i", "w_h", "weights", "stratum_weights"),
    symbol(
        "s", "样地标准差", "Spread of plots", "t/ha", "s_i", "s_h", "sd", "std_dev", "stratum_sd"
    ),
    symbol("mean_ha", "总体平均", "Stratified mean", "t/ha", "mean", "expected_mean", "mean_t_ha"),
    symbol("se", "标准误", "Standard error", "t/ha", "standard_error"),
    symbol("df", "自由度", "Degrees of freedom", "1", "degrees_of_freedom"),
    symbol("t_val", "t 值", "t of 90 %", "1", "t_value", "tval", "t_90"),
    symbol("target_pct", "目标相对误差", "Relative error aimed at", "%", "target_error_pct"),
    symbol("E", "允许误差", "Error aimed at", "t/ha", "e_abs", "allowable_error", "e_t_ha"),
    symbol("n_needed", "需设样地数", "Plots needed", "1", "plots_needed", "n_total", "sample_size"),
    symbol("n_proportional", "按面积分配样地", "Plots by area", "1", "proportional"),
    symbol("n_neyman", "最优分配样地", "Plots by area and spread", "1", "neyman", "n_h"),
)
STANDARD_SYMBOLS: tuple[Symbol, ...] = (
    symbol("V_tree", "单木材积", "Stem of a tree", "dm3", "v_tree_dm3", "v_dm3"),
    symbol("BCF", "生物量转换因子", "Shoot to stem volume", "t/m3", "bcf_t_m3"),
    symbol("RSR_tree", "单木根茎比", "Roots to shoot of a tree", "1", "rsr_model"),
    symbol("tree_kg", "单木生物量", "Biomass of a tree", "kg d.m.", "tree_biomass_kg"),
)
# What no forest passes; a larger value is a slip of the pen.
MOST: Mapping[str, Fraction] = MappingProxyType(
    {
        "WD": Fraction("1.4"),
        "BEF": Fraction(10),
        "R": Fraction(5),
        "CF": Fraction(1),
        "COMF": Fraction(1),
        "DBH": HIGHEST_DBH_CM,
        "H": HIGHEST_H_M,
        "AGB": HIGHEST_STOCK_TC_HA / Fraction("0.47"),
        "biomass_t_ha": HIGHEST_STOCK_TC_HA / Fraction("0.47"),
        "carbon_t_ha": HIGHEST_STOCK_TC_HA,
        "co2_t_ha": HIGHEST_STOCK_TC_HA * CO2_PER_C,
    }
)


def bounded(symbols: Sequence[Symbol]) -> tuple[Symbol, ...]:
    """The symbols with the bounds of MOST."""
    return tuple(replace(one, most=MOST.get(one.id, one.most)) for one in symbols)


AREAS = ("areas_ha", "stratum_area_ha", "stratum_areas_ha", "strata_areas_ha", "a_ha", "a_i")
REGISTER_SYMBOLS = tuple(
    replace(one, aliases=(*one.aliases, *AREAS)) if one.id == "area_ha" else one
    for one in register.SYMBOLS
)
