// Does group DRO, whose weights of domains rise with their losses, lower the loss of the worst of eight texts, and what do the others pay?
using Domains;
using Languages;
using LibMoE;
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
builder.AddOptions([], new Dictionary<string, string?>
{
    ["Training:Steps"] = "10",
    ["Training:Batch"] = "16",
    ["Training:ValidationSequences"] = "32",
});
try
{
    GenesisFiles.AddTo(builder.Configuration, args);
}
catch (ConfigurationException missing)
{
    Console.Error.WriteLine($"error: {missing.Message}");
    return ExitCode.Usage;
}

StudyWithCriteria.TakePlace(builder.Verbs, new WorstDomain(Less: 0.03, MeanMore: 0.01));
return await builder.Build().RunAsync();

/// <summary>Two of eight experts for each byte: as many active parameters as the dense net's FFN of 128, and a router.</summary>
[MoeLayer, Experts<SwiGlu>(8, Hidden = 64), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class LanguageMoe;
