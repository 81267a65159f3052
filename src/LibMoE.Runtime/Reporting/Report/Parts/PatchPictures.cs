namespace LibMoE.Runtime.Reporting.Report.Parts;

/// <summary>Images with their questions and answers, and beside each, layer by layer, the experts of its patches.</summary>
/// <param name="Experts">How many experts a layer has at most.</param>
/// <param name="Pictures">In reading order.</param>
internal sealed record PatchPictures(int Experts, IReadOnlyList<PictureTrace> Pictures) : IReportPart;
