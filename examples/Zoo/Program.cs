// The catalog as a program: `describe` shows every layer's formulas, parameters and FLOPs; `study --variants …` trains and compares.
using LibMoE.Runtime;

var builder = MoeApplication.CreateBuilder(args);
builder.Services.AddMoeVariants();

// Enough for the layers that are declared for certain blocks: DeepSeekV4 has another one in its first three.
builder.Configuration["Model:Layers"] ??= "4";
builder.Services.AddDashboard();
await builder.Build().RunAsync();
