// Six of the Zoo's layers on text of five kinds: documentation, prose, code, other languages, mathematics. Where do experts specialise?
using LibMoE.Runtime;
using Microsoft.Extensions.DependencyInjection;

string[] chosen = ["Mixtral", "Olmoe", "SharedEV3", "CosineRouter", "MoePlusPlus", "ReMoe"];

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddDashboard();
foreach (var variant in ZooVariants.All.Where(variant => chosen.Contains(variant.Name)))
{
    builder.Services.AddSingleton(variant);
}

FiveDomains.AddTo(builder.Configuration, args);
await builder.Build().RunAsync();
