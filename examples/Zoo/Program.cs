// The catalog as a program: `describe` shows every layer's formulas, parameters and FLOPs; `study --variants …` trains and compares.
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();
await builder.Build().RunAsync();
