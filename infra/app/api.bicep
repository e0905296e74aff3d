// The function app and its plan. Both plans run the same package with the same settings.
param name string
param planName string
param location string
param tags object
param hosting string
param subnetId string
param identityId string
param identityClientId string
param storage object
param packageContainer string
param vaultUri string
param insightsConnection string
param workspaceId string
param maximumInstances int
param requestsPerInstance int

// What the deployment decides; docs/settings.md says what each means.
param cloud string
param clientId string
param operatorTenantId string
param publicBaseUrl string
param sweepSchedule string
param rolePreset string
param memberAccess bool

var flex = hosting == 'flexConsumption'

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: flex ? 'functionapp' : 'elastic'
  sku: flex ? { tier: 'FlexConsumption', name: 'FC1' } : { tier: 'ElasticPremium', name: 'EP1' }
  properties: flex ? { reserved: true } : { reserved: true, maximumElasticWorkerCount: min(maximumInstances, 100) }
}

var flexProperties = {
  functionAppConfig: {
    runtime: { name: 'python', version: '3.13' }
    deployment: {
      storage: {
        type: 'blobContainer'
        value: packageContainer
        authentication: {
          type: 'UserAssignedIdentity'
          userAssignedIdentityResourceId: identityId
        }
      }
    }
    scaleAndConcurrency: {
      maximumInstanceCount: maximumInstances
      instanceMemoryMB: 2048
      triggers: { http: { perInstanceConcurrency: requestsPerInstance } }
    }
  }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: union(
    {
      serverFarmId: plan.id
      httpsOnly: true
      keyVaultReferenceIdentity: identityId
      publicNetworkAccess: 'Enabled'
      virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
      siteConfig: union(
        {
          ftpsState: 'Disabled'
          http20Enabled: true
          minTlsVersion: '1.2'
          scmMinTlsVersion: '1.2'
        },
        flex ? {} : {
          linuxFxVersion: 'Python|3.13'
          healthCheckPath: '/api/health/ready'
          vnetRouteAllEnabled: !empty(subnetId)
        }
      )
    },
    flex ? flexProperties : {}
  )

  // Nobody signs in to publish with a user name and a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// Elastic Premium would want a key for its content share. Started from the package it needs none.
var premiumSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'python'
  WEBSITE_RUN_FROM_PACKAGE: '${packageContainer}/app.zip'
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: identityId
}

// PYTHON_ENABLE_OPENTELEMETRY: the worker hands over the host's span, and the host leaves the app's
// log lines to the app, which sends them itself.
var hostSettings = {
  AzureWebJobsStorage__blobServiceUri: storage.blob
  AzureWebJobsStorage__credential: 'managedidentity'
  PYTHON_ENABLE_OPENTELEMETRY: 'true'
}

// The host reads some of them, too.
var appSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__queueServiceUri: storage.queue
  AzureWebJobsStorage__tableServiceUri: storage.table
  CLIENT_ID: clientId
  CLOUD: cloud
  FEED_HOLD_SECONDS: '15'
  MEMBER_ACCESS: toLower(string(memberAccess))
  OPERATOR_TENANT_ID: operatorTenantId
  PROFILE_CACHE_SECONDS: '60'
  PUBLIC_BASE_URL: empty(publicBaseUrl) ? 'https://${site.properties.defaultHostName}' : publicBaseUrl
  ROLE_PRESET: rolePreset
  SWEEP_SCHEDULE: sweepSchedule
  WEBHOOK_SECRET_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/webhook-secret-key)'
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(flex ? {} : premiumSettings, hostSettings, appSettings)
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = site.id
output name string = site.name
output url string = empty(publicBaseUrl) ? 'https://${site.properties.defaultHostName}' : publicBaseUrl
