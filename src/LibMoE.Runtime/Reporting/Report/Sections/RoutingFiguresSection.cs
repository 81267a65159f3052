using System.Globalization;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Report.Records;
using LibMoE.Runtime.Reporting.Report.Tables;

namespace LibMoE.Runtime.Reporting.Report.Sections;

/// <summary>The figures of each MoE block's routing, one row a block.</summary>
internal static class RoutingFiguresSection
{
    public static ReportSection? Of(StudyRecord study)
    {
        var rows = study.Analysed.SelectMany(cell => cell.Analysis!.Blocks.Select(block => (Cell: cell, Block: block))).ToList();
        return rows.Count == 0 ? null : new ReportSection(
            "routing-figures",
            "Routing in figures",
            [
                ReportTable.Of(rows)
                    .Text("Run", row => row.Cell.Label)
                    .Number("Block", row => row.Block.Block.ToString(CultureInfo.InvariantCulture))
                    .Number("Load violation", row => Figures.Number(row.Block.LoadViolation, 2))
                    .Number("Load CV", row => Figures.Number(row.Block.LoadCv, 2))
                    .Number(
                        "Dead", row => row.Block.Picks is null ? Figures.None : row.Block.Dead.Count.ToString(CultureInfo.InvariantCulture))
                    .Number("Jain index", row => Figures.Number(row.Block.JainIndex, 3))
                    .Number("Rel. perplexity", row => Figures.Number(row.Block.RelativePerplexity, 3))
                    .Number("Entropy of load", row => Figures.Number(row.Block.AllocationEntropy, 3))
                    .Number("Entropy of weights", row => Figures.Number(row.Block.WeightEntropy, 3))
                    .Number("Router margin", row => Figures.Number(row.Block.MarginOnScores ?? row.Block.MarginOnWeights, 4))
                    .Number("Domain information", row => Figures.Number(row.Block.MutualInformation, 4))
                    .Make(
                        "routing-figures",
                        "On held-out text; blocks are numbered from 0 by their place in the model, here and everywhere. "
                            + "Load violation is (max − mean)/mean of picks, 0 when even. Jain index, relative perplexity and entropy of "
                            + "load are 1 when even. Entropy of weights is 1 where the picks of a token weigh the same and 0 where one "
                            + "has all. Router margin is the gap between the two best scores. Domain information is the mutual "
                            + "information of domain and expert in nats: near 0 where experts do not care for domains (chance alone "
                            + "gives about (domains − 1)(E − 1)/(2·picks)), at most the logarithm of the number of domains.",
                        FigureTable.Of(rows)
                            .Text("variant", row => row.Cell.Variant)
                            .Number("seed", row => row.Cell.Seed)
                            .Number("block", row => row.Block.Block)
                            .Text("kind", row => row.Block.Kind.ToString())
                            .Number("load_violation", row => row.Block.LoadViolation)
                            .Number("load_cv", row => row.Block.LoadCv)
                            .Number("dead", row => row.Block.Picks is null ? null : row.Block.Dead.Count)
                            .Number("jain_index", row => row.Block.JainIndex)
                            .Number("relative_perplexity", row => row.Block.RelativePerplexity)
                            .Number("token_perplexity", row => row.Block.TokenPerplexity)
                            .Number("allocation_entropy", row => row.Block.AllocationEntropy)
                            .Number("weight_entropy", row => row.Block.WeightEntropy)
                            .Number("weight_entropy_nats", row => row.Block.WeightEntropyNats)
                            .Number("margin_on_weights", row => row.Block.MarginOnWeights)
                            .Number("margin_on_scores", row => row.Block.MarginOnScores)
                            .Number("mutual_information", row => row.Block.MutualInformation)
                            .Make()),
            ]);
    }
}
